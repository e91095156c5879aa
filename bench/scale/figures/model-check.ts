import { LogTail } from '@freshet/core/coherence/log-tail'
import { observe } from '../polling/observe.ts'
import { simulate } from '../polling/simulate.ts'
import type { Figure } from './figure.ts'
import { fixed, percent } from './numbers.ts'

const CASES = [
  { nodes: 3, appends: 100 },
  { nodes: 30, appends: 100 },
  { nodes: 100, appends: 30 },
]

/** The model beside the same number of real log tails on a real Redis: as many as one process can run. */
export const modelCheck: Figure = {
  columns: ['Nodes', 'Appends/s', 'Polls/s, simulated', 'real', 'Redis busy, simulated', 'real'],
  async rows(context) {
    const costs = await context.redisCosts()
    const rows: string[][] = []
    for (const given of CASES.slice(0, context.quick ? 1 : undefined)) {
      const model = await simulate({ ...given, bellSpacingMs: 0, makeTail: LogTail }, costs)
      const real = await observe(given)
      rows.push([
        fixed(given.nodes),
        fixed(given.appends),
        fixed(model.pollsPerSecond),
        fixed(real.pollsPerSecond),
        percent(model.busy),
        percent(real.busy),
      ])
    }
    return rows
  },
}
