import { describe, expect, it } from 'vitest'
import { buildMutant } from '../testing/simulated-cluster/build-mutant.ts'
import { GUARDS, THRIFT } from '../testing/simulated-cluster/mutants.ts'

describe('the simulation notices that a guard is missing', { timeout: 60_000 }, () => {
  const MOST_STORMS = 100

  it.each(GUARDS)('$rule', async (mutant) => {
    const runSeed = await buildMutant(mutant)
    for (let seed = 1; seed <= MOST_STORMS; seed++) if ((await runSeed(seed)).failure !== null) return
    expect.fail(`${MOST_STORMS} storms went by and nothing was noticed`)
  })
})

describe('no promise depends on what only saves memory and work', { timeout: 60_000 }, () => {
  const STORMS = 25

  it.each(THRIFT)('$rule', async (mutant) => {
    const runSeed = await buildMutant(mutant)
    for (let seed = 1; seed <= STORMS; seed++) expect(await runSeed(seed)).toMatchObject({ seed, failure: null })
  })
})
