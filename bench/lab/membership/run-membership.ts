import { setTimeout as sleep } from 'node:timers/promises'
import type { HashRing } from '@freshet/core/ring/hash-ring'
import { startRedis } from '@freshet/testing/redis'
import { Undo } from '@freshet/testing/undo'
import { type SteadyOptions, SteadyTraffic, type Stretch } from '../clients/steady-traffic.ts'
import { openStage, type Stage } from '../cluster/stage.ts'
import type { Violation } from '../oracle/oracle.ts'
import { seeded } from '../workload/random.ts'
import { movedShare } from './movement.ts'

export interface MembershipOptions {
  nodes: number
  leaseMs: number
  seed: number
  traffic: SteadyOptions
  /** How long traffic goes on once all nodes agree again, milliseconds. */
  calmMs: number
}

/** One change of who is there, from when it was made until some time after all nodes knew. */
export interface Phase {
  name: string
  stretch: Stretch
  /** Nodes in the ring before and after. */
  nodes: readonly [before: number, after: number]
  /** Share of keys that changed their owner. */
  moved: number
  /** Until every node served the new topology; 0 where nothing changed. */
  agreedMs: number
}

export interface MembershipRun {
  phases: Phase[]
  violations: readonly Violation[]
  /** Names of nodes that ended although nobody ended them. */
  fallen: string[]
}

/** Kills a node, adds one and drains one, under load. */
export async function runMembership(
  options: MembershipOptions,
  onPhase: (phase: Phase) => void = () => {},
): Promise<MembershipRun> {
  const undo = new Undo()
  try {
    const redis = undo.add(await startRedis(), (server) => server.stop())
    const { nodes, leaseMs } = options
    const stage = await openStage({ nodes, spare: 1, leaseMs, redisUrl: redis.url }, undo)
    const traffic = undo.add(new SteadyTraffic(stage, seeded(options.seed)), (it) => it.stop())
    await traffic.warm()
    traffic.start(options.traffic)
    const phases: Phase[] = []
    const play = async (name: string, change: (stage: Stage) => Promise<number>) => {
      const before = stage.topology.ring
      traffic.stretch()
      const agreedMs = await change(stage)
      await sleep(options.calmMs)
      const phase = phaseOf(name, before, stage.topology.ring, agreedMs, traffic.stretch())
      phases.push(phase)
      onPhase(phase)
    }
    await play('nothing changes', async () => 0)
    await play('one killed', killOne)
    await play('one added', addOne)
    await play('one drained, then stopped', drainOne)
    await traffic.stop()
    await stage.oracle.settle()
    const fallen = stage.nodes.filter(({ part }) => part.fell).map(({ name }) => name)
    return { phases, violations: stage.oracle.violations, fallen }
  } finally {
    await undo.all()
  }
}

async function killOne(stage: Stage): Promise<number> {
  const victim = nodeAt(stage, 1)
  stage.kill(victim)
  stage.oracle.rows.noteEverywhere(`${victim.name} was killed`)
  return stage.topology.agree((ids) => !ids.includes(victim.name))
}

async function addOne(stage: Stage): Promise<number> {
  const { name } = await stage.add()
  stage.oracle.rows.noteEverywhere(`${name} was added`)
  return stage.topology.agree((ids) => ids.includes(name))
}

/** Asked of another node, as an operator's tool would. */
async function drainOne(stage: Stage): Promise<number> {
  const [drained, other] = [nodeAt(stage, 0), nodeAt(stage, 1)]
  const { status, body } = await other.client.post(`/api/nodes/${drained.name}/drain`, {})
  if (status !== 200) throw new Error(`${drained.name} could not be drained: ${status} ${body}`)
  stage.oracle.rows.noteEverywhere(`${drained.name} was drained`)
  const agreedMs = await stage.topology.agree((ids) => !ids.includes(drained.name))
  await stage.end(drained)
  return agreedMs
}

function nodeAt(stage: Stage, index: number): Stage['nodes'][number] {
  const node = stage.nodes[index]
  if (node === undefined) throw new RangeError('it takes three nodes to lose one and drain another')
  return node
}

function phaseOf(name: string, before: HashRing, after: HashRing, agreedMs: number, stretch: Stretch): Phase {
  return { name, stretch, nodes: [before.size, after.size], moved: movedShare(before, after), agreedMs }
}
