import { judgeAll } from '../mutants/matrix.ts'
import { MUTANTS } from '../mutants/mutants.ts'
import { SCENARIO_LEASE_MS } from './scenario-lease.ts'

/** Each mutant takes three nodes and two Redis servers. */
const MUTANTS_AT_ONCE = 2

/** Nodes without a guard, each through its interleaving. @returns whether every one was caught. */
export async function runMutants(): Promise<boolean> {
  console.log('\nnodes without a guard, through its interleaving')
  const verdicts = await judgeAll(
    MUTANTS,
    SCENARIO_LEASE_MS,
    MUTANTS_AT_ONCE,
    ({ mutant, caught, failure, tookMs }) => {
      const outcome = caught ? `caught: ${caught.what}` : `NOT CAUGHT${failure === null ? '' : ` (${failure})`}`
      console.log(
        `  ${mutant.guard.padEnd(14)} ${(tookMs / 1_000).toFixed(1).padStart(5)} s  ${mutant.without}\n    ${outcome}`,
      )
    },
  )
  return verdicts.every(({ caught }) => caught !== null)
}
