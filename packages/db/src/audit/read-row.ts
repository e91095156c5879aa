import type { AuditEntry as AuditRow } from '../generated/prisma/client.ts'
import type { AuditEntry } from './audit-entry.ts'

/** A row as its hash saw it before it was stored. */
export function readRow({ position, at, epoch, ...same }: AuditRow): AuditEntry {
  return {
    ...same,
    position: Number(position),
    at: at.toISOString(),
    epoch: epoch === null ? null : Number(epoch),
  }
}
