'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useController, useFormContext } from 'react-hook-form'
import { Field } from '~/components/ui/field'
import { QuantityInput } from '~/components/ui/quantity-input'
import { type QuantityPath, quantityFields } from './policy-fields'

interface PolicyQuantityProps {
  path: QuantityPath
}

/** One number of the policy, typed in its own units. */
export function PolicyQuantity({ path }: PolicyQuantityProps) {
  const { control } = useFormContext<NamespacePolicy>()
  const { field, fieldState } = useController({ control, name: path })
  const spec = quantityFields[path]
  return (
    <Field label={spec.label} hint={spec.hint} error={fieldState.error?.message}>
      {(aria) => (
        <QuantityInput
          {...aria}
          inputRef={field.ref}
          kind={spec.kind}
          suffix={'suffix' in spec ? spec.suffix : undefined}
          unitLabel={`Unit of ${spec.label}`}
          value={field.value ?? Number.NaN}
          onValueChange={field.onChange}
          onBlur={field.onBlur}
        />
      )}
    </Field>
  )
}
