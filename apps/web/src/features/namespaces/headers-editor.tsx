'use client'
import { SECRET_MASK } from '@freshet/api/schemas/namespaces'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { KeyRound, Plus, Trash2 } from 'lucide-react'
import { useFieldArray, useFormContext, useWatch } from 'react-hook-form'
import { Button } from '~/components/ui/button'
import { Input } from '~/components/ui/input'
import { cn } from '~/lib/cn'

/** Headers that go out with every load. A secret one is encrypted at rest and never shown again. */
export function HeadersEditor() {
  const { control } = useFormContext<NamespacePolicy>()
  const { fields, append, remove } = useFieldArray({ control, name: 'origin.headers' })
  return (
    <section aria-label="Headers" className="flex flex-col gap-2">
      <div className="flex items-center justify-between">
        <h3 className="font-medium text-muted text-xs">Headers</h3>
        <Button size="sm" variant="ghost" onClick={() => append({ name: '', value: '', secret: false })}>
          <Plus aria-hidden />
          Add a header
        </Button>
      </div>
      {fields.length === 0 && <p className="text-faint text-xs">None beside those that every load carries.</p>}
      {fields.map((field, index) => (
        <HeaderRow key={field.id} index={index} onRemove={() => remove(index)} />
      ))}
    </section>
  )
}

function HeaderRow({ index, onRemove }: { index: number; onRemove: () => void }) {
  const { control, register, setValue, getValues, formState } = useFormContext<NamespacePolicy>()
  const secret = useWatch({ control, name: `origin.headers.${index}.secret` })
  const errors = formState.errors.origin?.headers?.[index]
  const number = index + 1
  const toggleSecret = () => {
    setValue(`origin.headers.${index}.secret`, !secret, { shouldDirty: true })
    // The mask stands for a value that is never shown; as a public value it would be sent as it is.
    if (secret && getValues(`origin.headers.${index}.value`) === SECRET_MASK)
      setValue(`origin.headers.${index}.value`, '')
  }
  return (
    <div className="flex flex-col gap-1">
      <div className="flex gap-2">
        <Input
          {...register(`origin.headers.${index}.name`)}
          aria-label={`Name of header ${number}`}
          aria-invalid={errors?.name ? true : undefined}
          placeholder="X-Api-Key"
          className="max-w-48 font-mono text-xs"
          autoComplete="off"
          spellCheck={false}
        />
        <Input
          {...register(`origin.headers.${index}.value`)}
          type={secret ? 'password' : 'text'}
          aria-label={`Value of header ${number}`}
          aria-invalid={errors?.value ? true : undefined}
          className="font-mono text-xs"
          autoComplete="off"
          spellCheck={false}
        />
        <Button
          aria-pressed={secret}
          onClick={toggleSecret}
          className={cn(secret && 'border-accent bg-accent-soft text-accent')}
        >
          <KeyRound aria-hidden />
          Secret
        </Button>
        <Button variant="ghost" size="icon" aria-label={`Remove header ${number}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </Button>
      </div>
      {(errors?.name ?? errors?.value) && (
        <p role="alert" className="text-danger text-xs">
          {errors?.name?.message ?? errors?.value?.message}
        </p>
      )}
    </div>
  )
}
