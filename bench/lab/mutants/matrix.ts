import { scratchFolder } from '@freshet/testing/scratch-folder'
import { Undo } from '@freshet/testing/undo'
import { buildNode } from '../cluster/build-programs.ts'
import { startCluster } from '../cluster/lab-cluster.ts'
import { SCENARIOS } from '../directed/catalogue.ts'
import { play } from '../directed/play.ts'
import type { Scenario } from '../directed/scenario.ts'
import { Changer } from '../oracle/changer.ts'
import type { Violation } from '../oracle/oracle.ts'
import type { Mutant } from './mutants.ts'

export interface Verdict {
  mutant: Mutant
  /** What the oracle saw first; null: it saw nothing, and the lab is blind to this guard. */
  caught: Violation | null
  /** How often the scenario was played. */
  attempts: number
  /** Of the last attempt, where the interleaving did not come about. */
  failure: string | null
  tookMs: number
}

/** A scenario aims at an instant, and a busy machine may miss it. */
const ATTEMPTS = 5

/** Runs a cluster of one mutant through its guard's scenario. */
async function judgeMutant(mutant: Mutant, leaseMs: number): Promise<Verdict> {
  const startedMs = performance.now()
  const undo = new Undo()
  try {
    const { folder } = undo.add(scratchFolder('mutant'), async ({ remove }) => remove())
    const program = await buildNode(folder, [mutant.edit])
    const { ring = 'off' } = scenarioOf(mutant)
    const cluster = await startCluster({ program, nodes: 3, leaseMs, ring, worker: null }, undo)
    const changer = new Changer(cluster.oracle.rows)
    let failure: string | null = null
    for (let attempts = 1; attempts <= ATTEMPTS; attempts++) {
      const played = await play(scenarioOf(mutant), cluster, changer)
      failure = played.failure
      const caught = played.violations[0]
      if (caught) return { mutant, caught, attempts, failure, tookMs: performance.now() - startedMs }
    }
    return { mutant, caught: null, attempts: ATTEMPTS, failure, tookMs: performance.now() - startedMs }
  } finally {
    await undo.all()
  }
}

/** Judges mutants, some at a time: each is three nodes and two Redis servers, idle for most of it. */
export async function judgeAll(
  mutants: readonly Mutant[],
  leaseMs: number,
  atOnce: number,
  onVerdict: (verdict: Verdict) => void = () => {},
): Promise<Verdict[]> {
  const waiting = [...mutants]
  const verdicts: Verdict[] = []
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const verdict = await judgeMutant(next, leaseMs)
      verdicts.push(verdict)
      onVerdict(verdict)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return verdicts
}

function scenarioOf({ guard }: Mutant): Scenario {
  const scenario = SCENARIOS.find((one) => one.guard === guard)
  if (scenario === undefined) throw new Error(`there is no scenario for ${guard}`)
  return scenario
}
