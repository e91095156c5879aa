export interface TrendPoint {
  /** Where the point lies in the interval, 0 to 1. */
  x: number
  /** Null: nothing is known here, which leaves a gap. */
  y: number | null
}

/**
 * SVG paths of a trend in a box of `width` by `height`: the line, and the area under it. The scale starts at zero unless
 * the values stay close together high above it, where a line from zero would show nothing.
 */
export function sparklinePath(
  points: readonly TrendPoint[],
  width: number,
  height: number,
): { line: string; area: string } {
  const known = points.map(({ y }) => y).filter((y) => y !== null)
  if (known.length === 0) return { line: '', area: '' }
  const top = Math.max(...known)
  const low = Math.min(...known)
  const floor = low > top * 0.8 ? low - (top - low) * 0.5 : 0
  const span = top - floor || 1
  const left = ({ x }: TrendPoint) => round(x * width)
  // One unit of margin, so that the stroke at the extremes is not cut.
  const down = (y: number) => round(height - 1 - ((y - floor) / span) * (height - 2))

  let line = ''
  let area = ''
  for (const run of runsOf(points)) {
    const path = `M${run.map((point) => `${left(point)} ${down(point.y)}`).join('L')}`
    const [first, last] = [run[0], run.at(-1)]
    line += path
    if (first && last) area += `${path}L${left(last)} ${height}L${left(first)} ${height}Z`
  }
  return { line, area }
}

type KnownPoint = TrendPoint & { y: number }

/** Stretches of points without a gap. */
function runsOf(points: readonly TrendPoint[]): KnownPoint[][] {
  const runs: KnownPoint[][] = [[]]
  for (const { x, y } of points) {
    if (y === null) runs.push([])
    else runs.at(-1)?.push({ x, y })
  }
  return runs.filter((run) => run.length > 0)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
