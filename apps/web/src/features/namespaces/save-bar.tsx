'use client'
import { Button } from '~/components/ui/button'

interface SaveBarProps {
  /** Fields that differ from what is stored. */
  changes: number
  /** What the button does, as "Save" or "Create". */
  label: string
  busy: boolean
  /** Fields that the schema refuses, after a try to save. */
  faults: number
  onDiscard?: () => void
}

/** Stays at the foot of the window as long as there is something to save. */
export function SaveBar({ changes, label, busy, faults, onDiscard }: SaveBarProps) {
  return (
    <div className="sticky bottom-3 mt-3 z-20 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line-strong bg-surface px-4 py-2.5 shadow-float">
      <p role="status" className={faults > 0 ? 'text-danger' : 'text-muted'}>
        {faults > 0
          ? `${faults} ${faults === 1 ? 'field needs' : 'fields need'} a look`
          : `${changes} unsaved ${changes === 1 ? 'change' : 'changes'}`}
      </p>
      <div className="flex gap-2">
        {onDiscard && <Button onClick={onDiscard}>Discard</Button>}
        <Button type="submit" variant="primary" busy={busy}>
          {label}
        </Button>
      </div>
    </div>
  )
}
