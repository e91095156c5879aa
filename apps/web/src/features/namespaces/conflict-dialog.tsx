'use client'
import { Button } from '~/components/ui/button'
import { Dialog } from '~/components/ui/dialog'
import { Table, Td, Th } from '~/components/ui/table'
import type { PolicyChange } from './policy-diff'
import { labelOf } from './policy-fields'
import { formatPolicyValue } from './policy-values'

interface ConflictDialogProps {
  open: boolean
  /** Who saved in between. */
  savedBy: string
  /** What they changed. */
  changes: readonly PolicyChange[]
  onOpenChange: (open: boolean) => void
  /** Takes the stored version and gives up one's own changes. */
  onTakeTheirs: () => void
  /** Lays one's own changes on top of the stored version; saving is then another click. */
  onKeepMine: () => void
}

/** Somebody saved first. Shows what they changed, and lets people choose with open eyes. */
export function ConflictDialog({ open, savedBy, changes, ...acts }: ConflictDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={acts.onOpenChange}
      title="Somebody else saved first"
      description={`${savedBy} changed this namespace while you were editing. Nothing of yours was saved.`}
      footer={
        <>
          <Button onClick={acts.onTakeTheirs}>Take theirs</Button>
          <Button variant="primary" onClick={acts.onKeepMine}>
            Put my changes on top
          </Button>
        </>
      }
    >
      <Table aria-label="What was changed in between">
        <thead>
          <tr>
            <Th>Field</Th>
            <Th>When you began</Th>
            <Th>Now</Th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, before, after }) => (
            <tr key={path}>
              <Td className="font-medium">{labelOf(path)}</Td>
              <Td className="max-w-40 truncate text-muted">{formatPolicyValue(path, before)}</Td>
              <Td className="max-w-40 truncate">{formatPolicyValue(path, after)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Dialog>
  )
}
