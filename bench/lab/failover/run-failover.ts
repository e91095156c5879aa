import { setTimeout as sleep } from 'node:timers/promises'
import { Undo } from '@freshet/testing/undo'
import { type SteadyOptions, SteadyTraffic, type Stretch } from '../clients/steady-traffic.ts'
import { openStage, type Stage } from '../cluster/stage.ts'
import type { Violation } from '../oracle/oracle.ts'
import { seeded } from '../workload/random.ts'
import type { Blow, Evidence, Topology } from './blow.ts'

export interface FailoverOptions {
  startTopology: (undo: Undo) => Promise<Topology>
  nodes: number
  leaseMs: number
  seed: number
  traffic: SteadyOptions
  /** How long traffic goes on before each blow, and after everything works again, milliseconds. */
  calmMs: number
}

/** One blow, from when it struck until some time after everything worked again. */
export interface Struck {
  blow: Pick<Blow, 'name' | 'newGeneration'>
  calm: Stretch
  stretch: Stretch
  evidence: readonly Evidence[]
  /** Generations of the log that nodes were in before and after. */
  generations: readonly [before: string, after: string]
  /** Until others had taken the place of what was lost, milliseconds. */
  replacedMs: number
  /** Until every node had a lease again, milliseconds; null: not before what was lost was brought back. */
  coherentMs: number | null
}

export interface FailoverRun {
  topology: string
  struck: Struck[]
  violations: readonly Violation[]
  fallen: string[]
}

/** Nodes must find who took the place of what was lost, while it is lost. */
const COHERENT_WITHIN_MS = 8_000
/** An acknowledgement has to wait for the fence and a lease of the former generation before it counts in a new one. */
const ACKNOWLEDGED_WITHIN_MS = 20_000

/** Loses Redis servers of a topology one after the other, under reads, writes and invalidations. */
export async function runFailover(
  options: FailoverOptions,
  onStruck: (struck: Struck) => void = () => {},
): Promise<FailoverRun> {
  const undo = new Undo()
  try {
    const { nodes, leaseMs, calmMs } = options
    const topology = await options.startTopology(undo)
    const stage = await openStage({ nodes, spare: 0, leaseMs, redisUrl: topology.url }, undo)
    const traffic = undo.add(new SteadyTraffic(stage, seeded(options.seed)), (it) => it.stop())
    await traffic.warm()
    traffic.start(options.traffic)
    const struck: Struck[] = []
    for (const blow of topology.blows) {
      const one = await strike(blow, stage, traffic, calmMs)
      struck.push(one)
      onStruck(one)
    }
    await traffic.stop()
    await stage.oracle.settle()
    const fallen = stage.nodes.filter(({ part }) => part.fell).map(({ name }) => name)
    return { topology: topology.name, struck, violations: stage.oracle.violations, fallen }
  } finally {
    await undo.all()
  }
}

async function strike(blow: Blow, stage: Stage, traffic: SteadyTraffic, calmMs: number): Promise<Struck> {
  traffic.stretch()
  await sleep(calmMs)
  const calm = traffic.stretch()
  const before = await generationOf(stage)
  const startedMs = performance.now()
  stage.oracle.rows.noteEverywhere(blow.name)
  const { evidence } = await blow.strike()
  const replacedMs = performance.now() - startedMs
  const coherentMs = await stage.settle(COHERENT_WITHIN_MS).then(
    () => performance.now() - startedMs,
    () => null,
  )
  stage.oracle.rows.noteEverywhere('what was lost is brought back')
  await blow.mend()
  await stage.settle()
  await traffic.untilAcknowledged(ACKNOWLEDGED_WITHIN_MS)
  await sleep(calmMs)
  const generations = [before, await generationOf(stage)] as const
  return { blow, calm, stretch: traffic.stretch(), evidence, generations, replacedMs, coherentMs }
}

async function generationOf({ nodes }: Stage): Promise<string> {
  const seen = await Promise.all(nodes.map(({ look }) => look()))
  return seen.find((one) => one !== null)?.coherence.generation ?? ''
}
