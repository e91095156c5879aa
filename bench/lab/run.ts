import { chaosInCluster } from './chaos/run-in-cluster.ts'
import { playInCluster } from './directed/play-in-cluster.ts'
import { judgeAll } from './mutants/matrix.ts'
import { MUTANTS } from './mutants/mutants.ts'
import { type LabOptions, readOptions, USAGE } from './options.ts'
import { countOf } from './oracle/tally.ts'
import { describeChaos } from './report/describe-chaos.ts'
import { describeViolation } from './report/describe-violation.ts'

/** Scenarios aim at parts of a lease: shorter, and a busy machine misses them. */
const SCENARIO_LEASE_MS = 800
/** Each mutant takes three nodes and two Redis servers. */
const MUTANTS_AT_ONCE = 2
const PROGRESS_EVERY_MS = 10_000

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}
// To exit is enough: whatever was started is stopped then, paused or not.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const parts = { directed: runDirected, mutants: runMutants, chaos: runLongChaos }
let isProof = true
for (const [name, run] of Object.entries(parts))
  if (options.parts.has(name as keyof typeof parts)) isProof = (await run(options)) && isProof
console.log(isProof ? '\nnothing stale, and everything that was to be seen was seen' : '\nFAILED')
process.exit(isProof ? 0 : 1)

async function runDirected(): Promise<boolean> {
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

async function runMutants(): Promise<boolean> {
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

async function runLongChaos({ reads, faults, leaseMs, readers, seed, limitMinutes }: LabOptions): Promise<boolean> {
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
