import type { Fault } from './fault.ts'
import { LINKS } from './links.ts'
import { PAUSES } from './pauses.ts'
import { PROCESSES } from './processes.ts'
import { REDIS_LOSSES, REDIS_STALLS } from './redis-faults.ts'
import { SOURCE_FAULTS } from './source-faults.ts'

/** Faults of each lane come one after the other, those of different lanes at any time. */
export const LANES: readonly (readonly Fault[])[] = [
  [...PAUSES, ...LINKS, ...PROCESSES],
  [...REDIS_STALLS, ...REDIS_LOSSES, ...SOURCE_FAULTS],
]

export const KINDS: readonly string[] = LANES.flat().map(({ kind }) => kind)
