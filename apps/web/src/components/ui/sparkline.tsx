import { sparklinePath, type TrendPoint } from '~/lib/sparkline-path'

interface SparklineProps {
  points: readonly TrendPoint[]
  className?: string
}

const WIDTH = 120
const HEIGHT = 28

/** A trend without axes. Decoration beside a figure, so it is hidden from screen readers. */
export function Sparkline({ points, className }: SparklineProps) {
  const { line, area } = sparklinePath(points, WIDTH, HEIGHT)
  return (
    <svg aria-hidden viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className={className}>
      <path d={area} fill="var(--chart-1)" opacity={0.12} />
      <path d={line} fill="none" stroke="var(--chart-1)" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
