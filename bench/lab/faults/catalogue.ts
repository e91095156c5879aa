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

export const LANES: readonly Lane[] = [
  { faults: [...PAUSES, ...LINKS, ...PROCESSES], restLeases: 1 },
  // Most of these begin a generation, and for a lease nothing is acknowledged then: there must be time to acknowledge.
  { faults: [...REDIS_STALLS, ...REDIS_LOSSES, ...SOURCE_FAULTS], restLeases: 5 },
]

export const KINDS: readonly string[] = LANES.flatMap(({ faults }) => faults.map(({ kind }) => kind))
