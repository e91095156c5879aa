import { CacheAsideClients } from './cache-aside-clients.ts'
import { Changes } from './changes.ts'
import { Cluster } from './cluster.ts'
import { Invalidators } from './invalidators.ts'
import { LEASE_MS, STORM_MS } from './plan.ts'
import { Readers } from './readers.ts'
import { recovers } from './recovery.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { brew } from './storm.ts'
import type { Tally } from './tally.ts'
import { World } from './world.ts'
import { Writers } from './writers.ts'

export interface Run {
  seed: number
  /** What broke; null when all held. */
  failure: string | null
  tally: Tally
  /** What happened, a line each, when the run was traced. */
  history: readonly string[]
}

/**
 * One run of a simulated cluster: a storm of faults under traffic, then fair weather, in which everything must work
 * again and nothing may be left over. The same seed gives the same run.
 *
 * To read on: `checker.ts` and `node-knowledge.ts` say what is promised, `storm.ts`, `link.ts`, `simulated-redis.ts` and
 * `chaos-origin.ts` what goes wrong, `readers.ts`, `writers.ts`, `invalidators.ts` and `cache-aside-clients.ts` what
 * clients do, `simulated-node.ts` and `simulated-worker.ts` what the processes are made of, `scheduler.ts` how time
 * passes, and `mutants/` what the simulation has been seen to notice.
 */
export async function runSeed(seed: number, traced = false): Promise<Run> {
  const world = new World(seed, traced)
  const failure = await world.scheduler.withTimers(() => run(world))
  return { seed, failure, tally: world.tally, history: world.history }
}

async function run(world: World): Promise<string | null> {
  const { plan, random, scheduler } = world
  const cluster = new Cluster(world)
  const readers = new Readers(world, cluster.source)
  const changes = new Changes(world, cluster.source)
  const writers = new Writers(changes)
  const invalidators = new Invalidators(changes, cluster.checker)
  const clients = new CacheAsideClients(changes, cluster.anyNode)
  keepAsking(cluster, plan.readEveryMs, (node) => readers.ask(node))
  keepAsking(cluster, plan.fillEveryMs, (node) => void clients.visit(node))
  keepAsking(cluster, plan.changeEveryMs, (node) => {
    void (random.chance(0.3) ? writers.change(node) : invalidators.invalidateSome(node))
  })
  brew(cluster)
  for (let passed = 0; passed < STORM_MS && readers.violation === null; passed += 50) await scheduler.pass(50)
  world.stormy = false
  world.note(() => '*** the storm is over ***')
  // Whatever was held up arrives, servers find their masters, and who lost its lease gets another.
  if (readers.violation === null) await scheduler.pass(10 * LEASE_MS)
  return readers.violation ?? leftOver(cluster, readers, changes) ?? (await recovers(cluster, readers, invalidators))
}

/** Lets clients come to some node at odd intervals until the storm is over. */
function keepAsking(cluster: Cluster, atMostEveryMs: number, ask: (node: SimulatedNode) => void): void {
  const { random, scheduler } = cluster.world
  scheduler.after(random.between(1, atMostEveryMs), null, () => {
    if (!cluster.world.stormy) return
    const node = cluster.anyNode()
    scheduler.after(0, node.process, () => ask(node))
    keepAsking(cluster, atMostEveryMs, ask)
  })
}

/** Nobody may wait for ever, and nothing may be kept for who is gone. */
function leftOver(cluster: Cluster, readers: Readers, changes: Changes): string | null {
  for (const [what, waiting] of [['reads', readers.waiting] as const, ['changes', changes.waiting] as const]) {
    const count = [...waiting.values()].filter(({ process }) => !process.dead).length
    if (count > 0) return `${count} ${what} were never answered`
  }
  for (const { process, cache, origins } of cluster.nodes) {
    if (cache.loader.inFlight > 0) return `${process.name} counts ${cache.loader.inFlight} loads that have ended`
    const loads = Math.max(...[...origins.values()].map(({ mostAtOnce }) => mostAtOnce))
    if (loads > 1) return `${process.name} loaded one key ${loads} times at once`
    // One is the log tail's: when to poll next.
    const timers = cluster.world.scheduler.timersOf(process)
    if (timers > 1) return `${process.name} has ${timers} timers where one was expected`
  }
  return null
}
