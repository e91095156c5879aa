import { playInCluster } from '../directed/play-in-cluster.ts'
import { describeViolation } from '../report/describe-violation.ts'
import { SCENARIO_LEASE_MS } from './scenario-lease.ts'

/** Every forced interleaving on nodes as they are. @returns whether all came about and nothing was stale. */
export async function runDirected(): Promise<boolean> {
  console.log('\nforced interleavings, on nodes as they are')
  const all = await playInCluster(SCENARIO_LEASE_MS, ({ scenario, failure, violations, tookMs }) => {
    const outcome = violations.length > 0 ? 'STALE' : failure === null ? 'right' : `NOT BROUGHT ABOUT: ${failure}`
    console.log(
      `  ${scenario.guard.padEnd(14)} ${(tookMs / 1_000).toFixed(1).padStart(5)} s  ${outcome}  ${scenario.story}`,
    )
    for (const violation of violations) console.log(describeViolation(violation).join('\n'))
  })
  return all.every(({ failure, violations }) => failure === null && violations.length === 0)
}
