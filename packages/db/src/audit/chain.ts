import { createHash } from 'node:crypto'
import type { AuditFacts } from './audit-entry.ts'
import { canonicalJson } from './canonical-json.ts'

/** What the first entry has in the place of the hash of the one before it. */
export const GENESIS_HASH = '0'.repeat(64)

/**
 * An entry's hash: hex SHA-256 over the hash of the entry before it, a line feed, and the entry in canonical JSON
 * without the members that are null. Null is left out so that a column which a later release adds, null in every older
 * row, leaves their hashes as they are. docs/audit.md says the same for whoever checks a chain without this code.
 */
export function hashEntry(prevHash: string, facts: AuditFacts): string {
  const said = Object.entries(facts).filter(([, value]) => value !== null)
  return createHash('sha256')
    .update(`${prevHash}\n${canonicalJson(Object.fromEntries(said))}`)
    .digest('hex')
}
