'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { ReactNode } from 'react'
import { FormProvider, type UseFormReturn, useWatch } from 'react-hook-form'
import { FreshnessSection, LimitsSection } from './cache-sections'
import { OriginSection } from './origin-section'
import { diffPolicies } from './policy-diff'
import { SaveBar } from './save-bar'
import { useUnsavedGuard } from './use-unsaved-guard'

interface PolicyFormProps {
  form: UseFormReturn<NamespacePolicy>
  /** What the form's values are compared with. */
  base: NamespacePolicy
  sampleKey: string
  mayEdit: boolean
  busy: boolean
  saveLabel: string
  /** Saving makes sense although nothing differs, as for a new namespace. */
  alwaysSavable?: boolean
  onSave: (policy: NamespacePolicy) => void
  /** Above the sections, as the name of a new namespace. */
  children?: ReactNode
}

/** Every setting of a namespace. Without the right to edit, the same page to read. */
export function PolicyForm({ form, base, sampleKey, mayEdit, busy, ...rest }: PolicyFormProps) {
  const values = useWatch({ control: form.control, compute: (current: NamespacePolicy) => current })
  const changes = diffPolicies(base, values).length
  const savable = mayEdit && (changes > 0 || rest.alwaysSavable === true)
  useUnsavedGuard(mayEdit && changes > 0)
  return (
    <FormProvider {...form}>
      <form noValidate aria-label="Policy" onSubmit={form.handleSubmit(rest.onSave)} className="min-w-0">
        <fieldset disabled={!mayEdit} className="flex min-w-0 flex-col gap-3">
          {rest.children}
          <FreshnessSection />
          <OriginSection sampleKey={sampleKey} />
          <LimitsSection />
        </fieldset>
        {savable && (
          <SaveBar
            changes={changes}
            label={rest.saveLabel}
            busy={busy}
            faults={countFaults(form.formState.errors)}
            onDiscard={changes > 0 ? () => form.reset(base) : undefined}
          />
        )}
      </form>
    </FormProvider>
  )
}

/** Leaves of the error tree: a leaf is an error and carries a type. */
function countFaults(errors: object): number {
  return Object.values(errors).reduce<number>((sum, error: unknown) => {
    if (typeof error !== 'object' || error === null) return sum
    if ('type' in error && typeof error.type === 'string') return sum + 1
    return sum + countFaults(error)
  }, 0)
}
