import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, leases } from './fault.ts'

/** The source answers late: what it read is old by then. */
export const SOURCE_FAULTS: readonly Fault[] = [
  {
    kind: 'source slow',
    async strike(arena) {
      const { source } = arena.cluster
      const usualMs = source.sleepMs
      source.sleepMs = leases(arena, 0.3, 0.8)
      await sleep(leases(arena, 1, 2))
      source.sleepMs = usualMs
    },
  },
]
