'use client'
import { Check, ChevronDown } from 'lucide-react'
import { Select as Primitive } from 'radix-ui'
import { cn } from '~/lib/cn'
import { inputLook } from './input'

export interface SelectOption<V extends string> {
  value: V
  label: string
  hint?: string
}

interface SelectProps<V extends string> {
  value: V
  options: readonly SelectOption<V>[]
  onValueChange: (value: V) => void
  disabled?: boolean
  className?: string
  id?: string
  'aria-label'?: string
  'aria-describedby'?: string | undefined
  'aria-invalid'?: boolean | undefined
}

export function Select<V extends string>({
  value,
  options,
  onValueChange,
  disabled,
  className,
  ...control
}: SelectProps<V>) {
  const choose = (next: string) => {
    const option = options.find((one) => one.value === next)
    if (option) onValueChange(option.value)
  }
  return (
    <Primitive.Root value={value} onValueChange={choose} disabled={disabled}>
      <Primitive.Trigger
        className={cn(inputLook, 'flex items-center justify-between gap-2 text-left', className)}
        {...control}
      >
        <span className="truncate">{options.find((option) => option.value === value)?.label}</span>
        <Primitive.Icon asChild>
          <ChevronDown aria-hidden className="size-3.5 shrink-0 text-faint" />
        </Primitive.Icon>
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) max-w-96 overflow-hidden rounded-md border bg-surface p-1 shadow-float"
        >
          <Primitive.Viewport>
            {options.map((option) => (
              <Primitive.Item
                key={option.value}
                value={option.value}
                className="relative flex cursor-pointer select-none flex-col rounded-sm py-1.5 pr-3 pl-7 text-sm outline-none data-[highlighted]:bg-hover"
              >
                <Primitive.ItemIndicator className="absolute top-2 left-2">
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Primitive.ItemIndicator>
                <Primitive.ItemText>{option.label}</Primitive.ItemText>
                {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
              </Primitive.Item>
            ))}
          </Primitive.Viewport>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
