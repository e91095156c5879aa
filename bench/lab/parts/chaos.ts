import { chaosInCluster } from '../chaos/run-in-cluster.ts'
import type { LabOptions } from '../options.ts'
import { countOf } from '../oracle/tally.ts'
import { describeChaos } from '../report/describe-chaos.ts'
import { describeViolation } from '../report/describe-violation.ts'

const PROGRESS_EVERY_MS = 10_000

/** The long run under random faults. @returns whether it is a proof. */
export async function runLongChaos({
  reads,
  faults,
  leaseMs,
  readers,
  seed,
  limitMinutes,
}: LabOptions): Promise<boolean> {
  console.log(`\nrandom faults, seed ${seed}, lease ${leaseMs} ms`)
  let toldMs = performance.now()
  const run = await chaosInCluster(
    leaseMs,
    seed,
    {
      traffic: { readers, readerPauseMs: 0, writers: 6, writerPauseMs: 60 },
      reads,
      faultsOfEachKind: faults,
      acksByLease: 20,
      serverRestLeases: 5,
      calmMs: 5_000,
      limitMs: limitMinutes * 60_000,
    },
    (counts, struck) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return
      toldMs = performance.now()
      console.log(`  ${countOf(counts).toLocaleString('en')} reads, ${struck} faults`)
    },
  )
  for (const violation of run.violations) console.log(describeViolation(violation).join('\n'))
  console.log(describeChaos(run.result).join('\n'))
  for (const shortfall of run.shortfalls) console.log(`SHORT  ${shortfall}`)
  return run.shortfalls.length === 0
}
