import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGEMENT_GUARDS } from '../testing/member-world/mutants.ts'
import type { runMemberStorm as RunMemberStorm } from '../testing/member-world/run-member-storm.ts'
import { bundleMutant } from '../testing/mutation/bundle-mutant.ts'

describe('a storm notices that a guard is missing', { timeout: 60_000 }, () => {
  const MOST_STORMS = 1_000

  it.each(ACKNOWLEDGEMENT_GUARDS)('$rule', async (mutant) => {
    const built = await bundleMutant('testing/member-world/run-member-storm.ts', mutant)
    const runMemberStorm = built.runMemberStorm as typeof RunMemberStorm
    for (let seed = 1; seed <= MOST_STORMS; seed++) {
      if ((await runMemberStorm(seed)).violation !== null) return
    }
    expect.fail(`${MOST_STORMS} storms went by and nothing was noticed`)
  })
})
