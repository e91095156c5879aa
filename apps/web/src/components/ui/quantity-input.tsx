'use client'
import { useState } from 'react'
import { cn } from '~/lib/cn'
import { joinQuantity, type QuantityKind, quantityUnits, splitQuantity, type Unit } from '~/lib/quantity'
import type { FieldControl } from './field'
import { inputLook } from './input'

interface QuantityInputProps extends FieldControl {
  kind: QuantityKind
  /** In the stored unit: milliseconds, bytes, a share of 1. NaN: nothing usable was typed. */
  value: number
  onValueChange: (value: number) => void
  onBlur: () => void
  /** Names the unit choice, as "Unit of TTL". */
  unitLabel: string
  /** The word after a bare count, as "attempts". */
  suffix?: string | undefined
  disabled?: boolean
  inputRef?: (element: HTMLInputElement | null) => void
}

/** A number with its unit. People type 5 min; what is stored is 300,000 ms. */
export function QuantityInput(props: QuantityInputProps) {
  const { kind, value, onValueChange, onBlur, unitLabel, suffix, disabled, inputRef, ...control } = props
  const [draft, setDraft] = useState(() => splitQuantity(value, kind))
  // The form was reset to another value: the text no longer says what is stored. NaN is only ever our own report.
  if (!Number.isNaN(value) && joinQuantity(draft.text, draft.unit) !== value) setDraft(splitQuantity(value, kind))

  const units: readonly Unit[] = quantityUnits[kind]
  const change = (text: string, unit: Unit) => {
    setDraft({ text, unit })
    onValueChange(joinQuantity(text, unit))
  }
  return (
    <div className="flex">
      <input
        {...control}
        ref={inputRef}
        inputMode="decimal"
        autoComplete="off"
        disabled={disabled}
        className={cn(inputLook, 'rounded-r-none text-right focus-visible:z-10')}
        value={draft.text}
        onBlur={onBlur}
        onChange={(event) => change(event.target.value, draft.unit)}
      />
      {units.length === 1 ? (
        <span className="flex h-8 items-center whitespace-nowrap rounded-r-md border border-line-strong border-l-0 bg-raised px-2.5 text-muted text-xs">
          {suffix ?? draft.unit.label}
        </span>
      ) : (
        <select
          aria-label={unitLabel}
          disabled={disabled}
          className={cn(inputLook, 'w-16 shrink-0 rounded-l-none border-l-0 bg-raised px-1.5 text-muted text-xs')}
          value={draft.unit.label}
          onBlur={onBlur}
          onChange={(event) => {
            const unit = units.find((candidate) => candidate.label === event.target.value)
            if (unit) change(draft.text, unit)
          }}
        >
          {units.map((unit) => (
            <option key={unit.label}>{unit.label}</option>
          ))}
        </select>
      )}
    </div>
  )
}
