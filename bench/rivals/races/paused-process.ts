import { setTimeout as sleep } from 'node:timers/promises'
import { cacheEverywhere, changeRow, invalidate } from '../trial.ts'
import type { Race } from './race.ts'

/** Long enough for the read to lie in the paused process's socket, beside whatever else arrived. */
const READ_ARRIVES_MS = 50

/** A process stands still (a collection, a hypervisor, SIGSTOP) while another one invalidates. */
export const pausedProcess: Race<'a read that waited for it' | 'after it settled'> = {
  name: 'process paused',
  views: ['a read that waited for it', 'after it settled'],
  run: async (trial) => {
    const { near, far } = trial.contestant
    await cacheEverywhere(trial)
    changeRow(trial)
    far.signal('SIGSTOP')
    try {
      await invalidate(near, { key: trial.key })
      const waiting = far.read(trial.key)
      await sleep(READ_ARRIVES_MS)
      far.signal('SIGCONT')
      const first = await waiting
      await trial.settle()
      return { 'a read that waited for it': first, 'after it settled': await far.read(trial.key) }
    } finally {
      far.signal('SIGCONT')
    }
  },
}
