import { setTimeout as sleep } from 'node:timers/promises'
import { anyNode, type Fault, leases } from './fault.ts'

/** Processes of the product end without a word and are started again. */
export const PROCESSES: readonly Fault[] = [
  {
    kind: 'node killed',
    async strike(arena) {
      const { name, part } = anyNode(arena)
      part.kill('SIGKILL')
      arena.cluster.oracle.rows.forgetNode(name)
      await sleep(leases(arena, 0, 1.5))
      await part.restart()
    },
  },
  {
    kind: 'worker killed',
    async strike(arena) {
      const { worker } = arena.cluster
      if (worker === null) throw new Error('there is no worker')
      worker.kill('SIGKILL')
      await sleep(leases(arena, 0, 1))
      await worker.restart()
    },
  },
]
