import { Cluster } from './cluster.ts'
import { KEYS, LEASE_MS, STORM_MS } from './plan.ts'
import { Readers } from './readers.ts'
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
 * To read on: `checker.ts` says what is promised, `storm.ts`, `link.ts` and `chaos-origin.ts` what goes wrong,
 * `readers.ts` and `writers.ts` what clients do, `simulated-node.ts` what a node is made of, `scheduler.ts` how time
 * passes, and `mutants.ts` what the simulation has been seen to notice.
 */
export async function runSeed(seed: number, traced = false): Promise<Run> {
  const world = new World(seed, traced)
  const failure = await world.scheduler.withTimers(() => run(world))
  return { seed, failure, tally: world.tally, history: world.history }
}

async function run(world: World): Promise<string | null> {
  const cluster = new Cluster(world)
  const readers = new Readers(world, cluster.servers)
  const writers = new Writers(world, cluster.servers)
  keepAsking(world, world.plan.readEveryMs, () => at(cluster, (node) => readers.ask(node)))
  keepAsking(world, world.plan.changeEveryMs, () => at(cluster, (node) => writers.change(node)))
  brew(cluster)
  for (let passed = 0; passed < STORM_MS && readers.violation === null; passed += 100) await world.scheduler.pass(100)
  world.stormy = false
  world.note(() => '*** the storm is over ***')
  // Whatever was held up arrives, and who lost its lease gets another.
  if (readers.violation === null) await world.scheduler.pass(10 * LEASE_MS)
  return readers.violation ?? leftOver(cluster, readers, writers) ?? (await recovers(cluster, readers, writers)) ?? null
}

/** Lets clients come at odd intervals until the storm is over. */
function keepAsking(world: World, atMostEveryMs: number, ask: () => void): void {
  world.scheduler.after(world.random.between(1, atMostEveryMs), null, () => {
    if (!world.stormy) return
    ask()
    keepAsking(world, atMostEveryMs, ask)
  })
}

function at(cluster: Cluster, act: (node: ReturnType<Cluster['anyNode']>) => void): void {
  const node = cluster.anyNode()
  cluster.world.scheduler.after(0, node.process, () => act(node))
}

/** Nobody may wait for ever, and nothing may be kept for who is gone. */
function leftOver(cluster: Cluster, readers: Readers, writers: Writers): string | null {
  for (const [what, waiting] of [['reads', readers.waiting] as const, ['changes', writers.waiting] as const]) {
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

/** In fair weather a change reaches every node within a lease, and what is read again comes from the cache. */
async function recovers(cluster: Cluster, readers: Readers, writers: Writers): Promise<string | null> {
  const { world, servers, nodes } = cluster
  const failures: string[] = []
  let removed = false
  at(cluster, async (node) => {
    removed = await writers.remove(node, KEYS)
  })
  await world.scheduler.pass(LEASE_MS)
  if (!removed) return 'a removal failed in fair weather'
  for (const node of nodes)
    world.scheduler.after(0, node.process, async () => {
      for (const key of KEYS.filter((key) => world.plan.policyOf(key.slice(0, 1)).origin !== null)) {
        const told = await tellTwice(readers, node, key, servers.source.row(key).n)
        if (told !== null) failures.push(`${node.process.name}: ${key} ${told}`)
      }
    })
  await world.scheduler.pass(LEASE_MS)
  for (const { process, tail } of nodes) world.scheduler.after(0, process, () => void tail.stop())
  await world.scheduler.pass(LEASE_MS)
  const ticking = nodes.filter(({ process }) => world.scheduler.timersOf(process) > 0)
  if (ticking.length > 0) failures.push(`${ticking.length} nodes have timers after they were stopped`)
  return readers.violation ?? failures[0] ?? null
}

/** Reads a key twice: the first answer must be right, the second must come from memory. */
async function tellTwice(readers: Readers, node: SimulatedNode, key: string, n: number): Promise<string | null> {
  const first = await readers.read(node, key)
  const second = await readers.read(node, key)
  for (const result of [first, second]) {
    if (result instanceof Error || result.kind === 'miss') return 'got no answer'
    if (result.kind === 'found' && Number(result.entry.body) !== n) return 'is an old value'
  }
  return 'kind' in second && second.kind === 'found' && second.source !== 'l1' ? 'is not cached' : null
}
