import type { Fault } from './fault.ts'
import { LINKS } from './links.ts'
import { PAUSES } from './pauses.ts'
import { PROCESSES } from './processes.ts'
import { REDIS_LOSSES, REDIS_STALLS } from './redis-faults.ts'
import { SOURCE_FAULTS } from './source-faults.ts'

/** Faults that come one after the other; those of another lane may come at any time meanwhile. */
export interface Lane {
  faults: readonly Fault[]
  /** Longest rest between two of them, leases. Sometimes the next one comes while the last is being recovered from. */
  restLeases: number
}

const AROUND_NODES = [...PAUSES, ...LINKS, ...PROCESSES]
const AROUND_SERVERS = [...REDIS_STALLS, ...REDIS_LOSSES, ...SOURCE_FAULTS]

/**
 * @param serverRestLeases longest rest between faults of servers, leases: most of them begin a generation, and for a lease
 * nothing is acknowledged then, so that too little rest leaves nothing to be checked.
 */
export function makeLanes(serverRestLeases: number): Lane[] {
  return [
    { faults: AROUND_NODES, restLeases: 1 },
    { faults: AROUND_SERVERS, restLeases: serverRestLeases },
  ]
}

export const KINDS: readonly string[] = [...AROUND_NODES, ...AROUND_SERVERS].map(({ kind }) => kind)
