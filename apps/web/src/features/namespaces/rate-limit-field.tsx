'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useFormContext, useWatch } from 'react-hook-form'
import { PolicyQuantity } from './policy-quantity'
import { ToggleRow } from './toggle-row'

/** Loads per second to begin with when the limit is switched on. */
const FIRST_LIMIT = 100

export function RateLimitField() {
  const { control, setValue } = useFormContext<NamespacePolicy>()
  const rate = useWatch({ control, name: 'origin.ratePerSecond' })
  const limited = rate !== null && rate !== undefined
  return (
    <div className="flex flex-col gap-3">
      <ToggleRow
        label="Limit the rate"
        hint="Loads per second of one node"
        checked={limited}
        onCheckedChange={(on) => setValue('origin.ratePerSecond', on ? FIRST_LIMIT : null, { shouldDirty: true })}
      />
      {limited && <PolicyQuantity path="origin.ratePerSecond" />}
    </div>
  )
}
