import { ChevronDown } from 'lucide-react'
import { cn } from '~/lib/cn'
import type { FieldControl } from './field'
import { inputLook } from './input'

interface SelectProps<V extends string> extends Partial<FieldControl> {
  value: V
  options: readonly { value: V; label: string }[]
  onValueChange: (value: V) => void
  onBlur?: () => void
}

/** The browser's own select in our look: phones and screen readers know it best. */
export function Select<V extends string>({ value, options, onValueChange, ...control }: SelectProps<V>) {
  return (
    <span className="relative block">
      <select
        {...control}
        className={cn(inputLook, 'appearance-none pr-8')}
        value={value}
        onChange={(event) => {
          const option = options.find((candidate) => candidate.value === event.target.value)
          if (option) onValueChange(option.value)
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2.5 right-2.5 size-3.5 text-faint" />
    </span>
  )
}
