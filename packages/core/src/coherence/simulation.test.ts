import { describe, expect, it } from 'vitest'
import { runSeed } from '../testing/simulated-cluster/run-seed.ts'
import { Tally } from '../testing/simulated-cluster/tally.ts'

/** Storms to run; more for a long search. `FRESHET_SIMULATION_SEED` is the first, to look elsewhere or to replay one. */
const STORMS = Number(process.env.FRESHET_SIMULATION_STORMS ?? 200)
const FIRST_SEED = Number(process.env.FRESHET_SIMULATION_SEED ?? 1)

/** Lines of history told of a run that failed. */
const TOLD_LINES = 120

describe(`${STORMS} storms over a simulated cluster`, () => {
  const total = new Tally()

  it('break no promise: no reader is told what its node knows to be over, waits for ever, or stampedes the origin', {
    timeout: 10_000 + STORMS * 1_000,
  }, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + STORMS; seed++) {
      const { failure, tally } = await runSeed(seed)
      if (failure !== null) expect.fail(await tell(seed, failure))
      total.addAll(tally)
    }
  })

  it('meet every kind of fault, every kind of answer and every kind of change', () => {
    expect(total.missing).toEqual([])
  })

  it('are answered from the cache for a good part: whoever always loads would pass as well', () => {
    const cached = total.count('fresh from l1') + total.count('fresh from l2') + total.count('fresh on the fast lane')
    expect(cached / total.count('read answered')).toBeGreaterThan(0.2)
  })

  it('are the same for the same seed', async () => {
    const [first, second] = [await runSeed(FIRST_SEED, true), await runSeed(FIRST_SEED, true)]
    expect(first.history.length).toBeGreaterThan(100)
    expect(second.history).toEqual(first.history)
  })
})

async function tell(seed: number, failure: string): Promise<string> {
  const { history } = await runSeed(seed, true)
  const lines = history.slice(-TOLD_LINES)
  return [
    `seed ${seed}: ${failure}`,
    `replay: FRESHET_SIMULATION_SEED=${seed} FRESHET_SIMULATION_STORMS=1 npx vitest run packages/core/src/coherence/simulation.test.ts`,
    `the last ${lines.length} of ${history.length} events:`,
    ...lines,
  ].join('\n')
}
