import type { TooltipContentProps } from 'recharts'
import { formatClock } from './time-ticks'

interface ChartTooltipProps {
  tooltip: Pick<TooltipContentProps<number, string>, 'active' | 'label' | 'payload'>
  format: (value: number) => string
}

/** The values under the cursor, the largest mark on the chart first. */
export function ChartTooltip({ tooltip: { active, label, payload }, format }: ChartTooltipProps) {
  const known = payload?.filter((entry) => typeof entry.value === 'number') ?? []
  if (!active || known.length === 0) return null
  return (
    <div className="rounded-md border bg-surface px-2.5 py-2 text-xs shadow-float">
      <p className="mb-1 text-faint">{formatClock(Number(label), 0)}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-4 gap-y-0.5">
        {known.map((entry) => (
          <div key={String(entry.dataKey)} className="contents">
            <dt className="flex items-center gap-1.5 text-muted">
              <span aria-hidden className="h-2 w-2 rounded-sm" style={{ background: entry.color }} />
              {entry.name}
            </dt>
            <dd className="text-right font-medium">{format(Number(entry.value))}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
