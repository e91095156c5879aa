export interface LegendEntry {
  name: string
  color: string
}

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5">
      {entries.map(({ name, color }) => (
        <li key={name} className="flex items-center gap-1.5 text-muted text-xs">
          <span aria-hidden className="h-2 w-2 rounded-sm" style={{ background: color }} />
          {name}
        </li>
      ))}
    </ul>
  )
}
