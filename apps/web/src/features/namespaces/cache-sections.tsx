'use client'
import type { NamespacePolicy, WhenDegraded } from '@freshet/core/policy/namespace-policy'
import { useController, useFormContext } from 'react-hook-form'
import type { z } from 'zod'
import { Panel } from '~/components/ui/card'
import { Field } from '~/components/ui/field'
import { Select } from '~/components/ui/select'
import { EntryLife } from './entry-life'
import { labelOf } from './policy-fields'
import { PolicyQuantity } from './policy-quantity'

const fields = 'grid gap-x-5 gap-y-4 sm:grid-cols-2 lg:grid-cols-3'

export function FreshnessSection() {
  return (
    <Panel title="Freshness" note="how long values live">
      <div className="flex flex-col gap-4 p-4 pt-1">
        <EntryLife />
        <div className={fields}>
          <PolicyQuantity path="ttlMs" />
          <PolicyQuantity path="swrMs" />
          <PolicyQuantity path="sieMs" />
          <PolicyQuantity path="negativeTtlMs" />
          <PolicyQuantity path="jitterRatio" />
          <PolicyQuantity path="refreshAheadRatio" />
        </div>
      </div>
    </Panel>
  )
}

const degradedOptions: { value: z.infer<typeof WhenDegraded>; label: string; hint: string }[] = [
  { value: 'stale', label: 'Serve stale', hint: 'Values from L1, marked stale, within the limit' },
  { value: 'bypass', label: 'Bypass the cache', hint: 'Every read is a load of its own' },
  { value: 'refuse', label: 'Refuse', hint: 'Answer 503 rather than an old value' },
]

export function LimitsSection() {
  const { control } = useFormContext<NamespacePolicy>()
  const { field, fieldState } = useController({ control, name: 'whenDegraded' })
  return (
    <Panel title="Limits and lost touch" note="sizes, and what a node does when it cannot know what is fresh">
      <div className={`${fields} p-4 pt-1`}>
        <PolicyQuantity path="maxValueBytes" />
        <PolicyQuantity path="compressAboveBytes" />
        <Field
          label={labelOf('whenDegraded')}
          hint={degradedOptions.find((option) => option.value === field.value)?.hint}
          error={fieldState.error?.message}
        >
          {(aria) => (
            <Select
              {...aria}
              value={field.value}
              options={degradedOptions}
              onValueChange={field.onChange}
              onBlur={field.onBlur}
            />
          )}
        </Field>
        {field.value === 'stale' && <PolicyQuantity path="maxDegradedStaleMs" />}
      </div>
    </Panel>
  )
}
