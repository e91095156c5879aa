import { runMembership } from '../membership/run-membership.ts'
import { shortfallsOf } from '../membership/shortfalls.ts'
import type { LabOptions } from '../options.ts'
import { describePhase } from '../report/describe-membership.ts'
import { describeViolation } from '../report/describe-violation.ts'

const SIZES = [3, 5]
const CALM_MS = 5_000
const QUOTAS = { reads: 1_000, acknowledgements: 50, fromPeers: 100 }

/** Three and five nodes, of which one is killed, one added and one drained under load. @returns whether it is a proof. */
export async function runMembershipChanges({ leaseMs, readers, seed }: LabOptions): Promise<boolean> {
  let isProof = true
  for (const nodes of SIZES) {
    console.log(`\n${nodes} nodes that come and go, seed ${seed}, lease ${leaseMs} ms`)
    const traffic = { readers: nodes * readers, readerPauseMs: 5, writers: 4, writerPauseMs: 60 }
    const run = await runMembership({ nodes, leaseMs, seed, traffic, calmMs: CALM_MS }, (phase) =>
      console.log(describePhase(phase).join('\n')),
    )
    const shortfalls = shortfallsOf(run, QUOTAS)
    for (const violation of run.violations) console.log(describeViolation(violation).join('\n'))
    for (const shortfall of shortfalls) console.log(`SHORT  ${shortfall}`)
    isProof &&= shortfalls.length === 0
  }
  return isProof
}
