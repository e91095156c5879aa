import type { AuditEntry } from '../audit/audit-entry.ts'
import { GENESIS_HASH, hashEntry } from '../audit/chain.ts'
import { readRow } from '../audit/read-row.ts'
import type { DbOrTx } from '../client.ts'

const PAGE_ROWS = 2_000

/** A place in the chain, as somebody noted it: if it still is there, everything before it is what it was. */
export interface ChainPoint {
  position: number
  hash: string
}

/**
 * What is wrong with the first row that is wrong. `missing`: no row has this position. `altered`: its content does not
 * give its hash. `unlinked`: it is whole, but does not continue the row before it. `replaced`: the chain is whole, but
 * another one than was noted.
 */
export interface ChainFault {
  position: number
  fault: 'missing' | 'altered' | 'unlinked' | 'replaced'
  /** For people. */
  detail: string
}

export interface ChainVerdict {
  /** Rows that were found to be what they were when they were written. */
  checked: number
  /** The first one that was not; null: all are. */
  broken: ChainFault | null
  /** The last row that was checked and found good; null: none was. */
  head: ChainPoint | null
  /** Whether the end of the chain was reached. */
  complete: boolean
}

export interface VerifyOptions {
  /** The first position to check, 1 by default. The row before it is taken at its word. */
  from?: number
  /** Most rows to check; all of them by default. */
  limit?: number
  /** Noted earlier, outside of the database. Only this shows that rows were cut off the end, or all written anew. */
  noted?: ChainPoint
}

/**
 * Recomputes the chain, page by page and so in bounded memory. Entries that are appended meanwhile are checked if they
 * are in time for the last page; nobody is kept from appending.
 */
export async function verifyChain(
  db: DbOrTx,
  { from = 1, limit = Infinity, noted }: VerifyOptions = {},
): Promise<ChainVerdict> {
  // A noted row before `from` must be looked at too, or the note would be silently ignored.
  let head = await readPoint(db, Math.min(from, noted?.position ?? from) - 1)
  const verdict: ChainVerdict = { checked: 0, broken: null, head: null, complete: false }
  while (verdict.checked < limit) {
    const after: number = head.position
    const rows = await db.auditEntry.findMany({
      where: { position: { gt: after } },
      orderBy: { position: 'asc' },
      take: Math.min(PAGE_ROWS, limit - verdict.checked),
    })
    for (const entry of rows.map(readRow)) {
      verdict.broken = findFault(head, entry, noted)
      if (verdict.broken) return verdict
      head = { position: entry.position, hash: entry.hash }
      verdict.checked += 1
      verdict.head = head
    }
    if (rows.length === 0) {
      verdict.complete = true
      if (noted && noted.position > head.position) verdict.broken = cutOff(head.position, noted.position)
      return verdict
    }
  }
  return verdict
}

/** What the first checked row must continue. */
async function readPoint(db: DbOrTx, position: number): Promise<ChainPoint> {
  if (position < 1) return { position: 0, hash: GENESIS_HASH }
  const row = await db.auditEntry.findUnique({ where: { position }, select: { hash: true } })
  return { position, hash: row?.hash ?? 'missing' }
}

function findFault(before: ChainPoint, entry: AuditEntry, noted: ChainPoint | undefined): ChainFault | null {
  const position = before.position + 1
  if (entry.position !== position) {
    const last = entry.position - 1
    const which = last === position ? `row ${position} is` : `rows ${position} to ${last} are`
    return { position, fault: 'missing', detail: `${which} missing` }
  }
  const { prevHash, hash, ...facts } = entry
  if (hashEntry(prevHash, facts) !== hash)
    return { position, fault: 'altered', detail: `the content of row ${position} does not give its hash ${hash}` }
  if (prevHash !== before.hash) {
    const detail = `row ${position} continues ${prevHash}, and the row before it is ${before.hash}`
    return { position, fault: 'unlinked', detail }
  }
  if (noted?.position === position && noted.hash !== hash)
    return { position, fault: 'replaced', detail: `row ${position} was noted as ${noted.hash} and is ${hash}` }
  return null
}

function cutOff(end: number, noted: number): ChainFault {
  const detail = `the chain ends at row ${end}, and row ${noted} was there when it was noted`
  return { position: end + 1, fault: 'missing', detail }
}
