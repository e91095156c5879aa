'use client'
import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { Input } from './input'

interface ConfirmDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What will happen, and to how much: the blast radius. */
  consequences: readonly string[]
  /** When set, the button opens only once this text was typed. */
  typeToConfirm?: string | undefined
  confirmLabel: string
  busy: boolean
  /** What stood in the way of the last try. */
  error?: ReactNode
  onConfirm: () => void
}

/** Asks before something that cannot be taken back, and says what it will touch. */
export function ConfirmDialog({ open, onOpenChange, typeToConfirm, ...rest }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('')
  const changeOpen = (next: boolean) => {
    setTyped('')
    onOpenChange(next)
  }
  const armed = typeToConfirm === undefined || typed === typeToConfirm
  return (
    <Dialog
      open={open}
      onOpenChange={changeOpen}
      title={rest.title}
      description="This cannot be undone."
      footer={
        <>
          <Button onClick={() => changeOpen(false)}>Cancel</Button>
          <Button variant="danger" busy={rest.busy} disabled={!armed} onClick={rest.onConfirm}>
            {rest.confirmLabel}
          </Button>
        </>
      }
    >
      <ul className="flex list-disc flex-col gap-1 pl-4 text-sm">
        {rest.consequences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {typeToConfirm !== undefined && (
        <Field label={`Type "${typeToConfirm}" to confirm`} className="mt-4">
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
      {rest.error && (
        <p role="alert" className="mt-3 text-danger text-sm">
          {rest.error}
        </p>
      )}
    </Dialog>
  )
}
