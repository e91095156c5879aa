'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { ReactNode } from 'react'
import { type FieldPathByValue, useController, useFormContext } from 'react-hook-form'
import { Field } from '~/components/ui/field'
import { Input } from '~/components/ui/input'

interface PolicyTextProps {
  path: FieldPathByValue<NamespacePolicy, string>
  label: string
  hint?: ReactNode
  placeholder?: string
  /** Monospaced, for what machines read. */
  code?: boolean
}

export function PolicyText({ path, label, hint, placeholder, code = false }: PolicyTextProps) {
  const { control } = useFormContext<NamespacePolicy>()
  const { field, fieldState } = useController({ control, name: path })
  return (
    <Field label={label} hint={hint} error={fieldState.error?.message}>
      {(aria) => (
        <Input
          {...aria}
          {...field}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          className={code ? 'font-mono text-xs' : undefined}
        />
      )}
    </Field>
  )
}
