import { describe, expect, it } from 'vitest'
import { MOST_THREADS, runInThreads } from '../testing/simulated-cluster/run-in-threads.ts'
import { runSeed } from '../testing/simulated-cluster/run-seed.ts'
import { Tally } from '../testing/simulated-cluster/tally.ts'

/** Histories to run; more for a long search. `FRESHET_SIMULATION_SEED` is the first, to look elsewhere or to replay one. */
const STORMS = Number(process.env.FRESHET_SIMULATION_STORMS ?? 10_000)
const FIRST_SEED = Number(process.env.FRESHET_SIMULATION_SEED ?? 1)
/** Under this many, chance may leave something out. */
const ENOUGH = 2_000

/** Lines of history told of a run that failed. */
const TOLD_LINES = 120

describe(`${STORMS} random histories of a simulated cluster`, () => {
  let total = new Tally()

  it('break no promise: nobody is told what was over, waits for ever, or stampedes the origin', {
    timeout: 60_000 + STORMS * 100,
  }, async () => {
    // One is replayed here, where a debugger and a stack trace reach it.
    const { failure, tally } = STORMS === 1 ? await runHere(FIRST_SEED) : await runAll()
    if (failure !== null) expect.fail(await tell(failure))
    total = tally
  })

  it.skipIf(STORMS < ENOUGH)('meet every kind of fault, of change, of acknowledgement and of answer', () => {
    console.info(`${STORMS} histories: ${total.tell()}`)
    expect(total.missing).toEqual([])
  })

  it.skipIf(STORMS < ENOUGH)(
    'are answered from the cache for a good part: whoever always loads would pass as well',
    () => {
      const cached = total.count('fresh from l1') + total.count('fresh from l2') + total.count('fresh on the fast lane')
      expect(cached / total.count('read answered')).toBeGreaterThan(0.2)
    },
  )

  it('are the same for the same seed', async () => {
    const [first, second] = [await runSeed(FIRST_SEED, true), await runSeed(FIRST_SEED, true)]
    expect(first.history.length).toBeGreaterThan(100)
    expect(second.history).toEqual(first.history)
  })
})

function runAll() {
  return runInThreads({ first: FIRST_SEED, count: STORMS }, MOST_THREADS)
}

async function runHere(seed: number) {
  const { failure, tally } = await runSeed(seed)
  return { failure: failure === null ? null : { seed, what: failure }, tally }
}

async function tell({ seed, what }: { seed: number; what: string }): Promise<string> {
  const { history } = await runSeed(seed, true)
  const lines = history.slice(-TOLD_LINES)
  return [
    `seed ${seed}: ${what}`,
    `replay: FRESHET_SIMULATION_SEED=${seed} FRESHET_SIMULATION_STORMS=1 npx vitest run packages/core/src/coherence/simulation.test.ts`,
    `the last ${lines.length} of ${history.length} events:`,
    ...lines,
  ].join('\n')
}
