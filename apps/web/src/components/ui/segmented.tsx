'use client'
import { ToggleGroup } from 'radix-ui'

interface SegmentedProps<V extends string> {
  label: string
  value: V
  options: readonly { value: V; label: string }[]
  onValueChange: (value: V) => void
}

/** One choice out of a few, all of them in sight. */
export function Segmented<V extends string>({ label, value, options, onValueChange }: SegmentedProps<V>) {
  const choose = (next: string) => {
    // A click on the chosen one would clear it; there is always a choice here.
    const option = options.find((one) => one.value === next)
    if (option) onValueChange(option.value)
  }
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={choose}
      className="inline-flex h-8 items-center rounded-md border border-line-strong bg-raised p-0.5"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="h-full rounded-sm px-2.5 font-medium text-muted text-xs transition-colors hover:text-ink data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:shadow-card dark:data-[state=on]:bg-hover"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
