import { describe, it } from 'vitest'
import { ACKNOWLEDGING, SERVING_THE_LOG } from '../testing/simulated-cluster/mutants/acknowledging.ts'
import { FOLLOWING } from '../testing/simulated-cluster/mutants/following.ts'
import { SERVING } from '../testing/simulated-cluster/mutants/serving.ts'
import { THRIFT } from '../testing/simulated-cluster/mutants/thrift.ts'
import { runInThreads } from '../testing/simulated-cluster/run-in-threads.ts'

// Vitest lets five of them run at once. The rarest come first: they need storms with failovers, the slowest of them a
// quarter of a minute; a machine that does other things as well may take longer.
describe('the simulation notices that a guard is missing', { timeout: 180_000 }, () => {
  const MOST_STORMS = 3_000
  const THREADS = 2

  it.concurrent.for([...SERVING_THE_LOG, ...ACKNOWLEDGING, ...FOLLOWING, ...SERVING])(
    '$rule',
    async (mutant, { expect }) => {
      const { failure } = await runInThreads({ first: 1, count: MOST_STORMS }, THREADS, mutant)
      expect(failure).not.toBeNull()
    },
  )
})

describe('no promise depends on what only saves memory and work', { timeout: 180_000 }, () => {
  const STORMS = 100

  it.concurrent.for(THRIFT)('$rule', async (mutant, { expect }) => {
    const { failure } = await runInThreads({ first: 1, count: STORMS }, 1, mutant)
    expect(failure).toBeNull()
  })
})
