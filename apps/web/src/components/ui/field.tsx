import { CircleAlert } from 'lucide-react'
import { Label } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { cn } from '~/lib/cn'

/** What a control must carry so that its label, hint and error are read out with it. */
export interface FieldControl {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface FieldProps {
  label: string
  hint?: ReactNode
  /** The sentence that says what is wrong. */
  error?: string | undefined
  className?: string
  children: (control: FieldControl) => ReactNode
}

/** A labelled control with a hint below it, which an error replaces. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const hasNote = Boolean(error ?? hint)
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <Label.Root htmlFor={id} className="font-medium text-xs text-ink">
        {label}
      </Label.Root>
      {children({ id, 'aria-describedby': hasNote ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={noteId} role="alert" className="flex items-start gap-1 text-danger text-xs">
          <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          {error}
        </p>
      ) : (
        hint && (
          <p id={noteId} className="text-faint text-xs">
            {hint}
          </p>
        )
      )}
    </div>
  )
}
