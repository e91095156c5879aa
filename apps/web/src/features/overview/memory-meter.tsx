import { formatBytes, formatCount } from '~/lib/figures'

interface MemoryMeterProps {
  usedBytes: number
  /** Limits of all nodes together. */
  limitBytes: number
  entries: number
}

export function MemoryMeter({ usedBytes, limitBytes, entries }: MemoryMeterProps) {
  const percent = limitBytes === 0 ? 0 : Math.round((usedBytes / limitBytes) * 100)
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="h-1.5 w-10 shrink-0 overflow-hidden rounded-full bg-hover">
        <span className="block h-full bg-chart-1" style={{ width: `${percent}%` }} />
      </span>
      <span className="truncate">
        of {formatBytes(limitBytes)}, {formatCount(entries)} entries
      </span>
    </span>
  )
}
