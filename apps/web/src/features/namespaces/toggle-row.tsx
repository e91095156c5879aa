'use client'
import { useId } from 'react'
import { Switch } from '~/components/ui/switch'

interface ToggleRowProps {
  label: string
  hint: string
  checked: boolean
  onCheckedChange: (checked: boolean) => void
}

/** A part of the policy that may be left out altogether. */
export function ToggleRow({ label, hint, checked, onCheckedChange }: ToggleRowProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <Switch
        id={id}
        aria-describedby={`${id}-hint`}
        className="mt-0.5"
        checked={checked}
        onCheckedChange={onCheckedChange}
      />
      <div>
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        <p id={`${id}-hint`} className="text-faint text-xs">
          {hint}
        </p>
      </div>
    </div>
  )
}
