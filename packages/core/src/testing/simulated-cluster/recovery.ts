import type { Source } from '../../tiers/read-result.ts'
import type { Cluster } from './cluster.ts'
import { ALL_KEYS, type Invalidators } from './invalidators.ts'
import { LEASE_MS } from './plan.ts'
import type { Readers } from './readers.ts'
import { isLoaded, KEYS, namespaceOfKey } from './rows.ts'
import type { SimulatedNode } from './simulated-node.ts'

/**
 * Where a value comes from that was read a moment ago. Whoever reads alone has it in memory; an owner may have given it up
 * for what others asked meanwhile.
 */
const ALONE: readonly Source[] = ['l1']
const AMONG_OTHERS: readonly Source[] = ['l1', 'peer', 'l2']

/**
 * In fair weather an invalidation is acknowledged by all members at once, and what is read again comes from the cache.
 * Null when that is so.
 */
export async function recovers(cluster: Cluster, readers: Readers, invalidators: Invalidators): Promise<string | null> {
  const { world, source, nodes } = cluster
  const { scheduler } = world
  const failures: string[] = []
  const [asked] = nodes
  scheduler.after(0, asked?.process ?? null, async () => {
    const manner = { mode: 'hard', wait: 'all', reach: '*' } as const
    const receipt = asked && (await invalidators.invalidate(asked, ALL_KEYS, manner))
    if (receipt?.acknowledgedBy !== 'members')
      failures.push('an invalidation was not acknowledged by all in fair weather')
  })
  await scheduler.pass(LEASE_MS)
  const { ring, policyOf } = world.plan
  const tiers = ring ? AMONG_OTHERS : ALONE
  for (const node of nodes)
    scheduler.after(0, node.process, async () => {
      for (const key of KEYS.filter(isLoaded)) {
        // A read that is passed on takes so long that a short life is over before the next.
        if (ring && policyOf(namespaceOfKey(key)).ttlMs < LEASE_MS) continue
        const told = await tellTwice(readers, node, key, source.row(key).n, tiers)
        if (told !== null) failures.push(`${node.process.name}: ${key} ${told}`)
      }
    })
  await scheduler.pass(LEASE_MS)
  for (const { process, tail } of nodes) scheduler.after(0, process, () => void tail.stop())
  await scheduler.pass(LEASE_MS)
  const ticking = nodes.filter(({ process }) => scheduler.timersOf(process) > 0)
  if (ticking.length > 0) failures.push(`${ticking.length} nodes have timers after they were stopped`)
  return readers.violation ?? failures[0] ?? null
}

/** Reads a key twice: the first answer must be right, the second must come from the cache. */
async function tellTwice(
  readers: Readers,
  node: SimulatedNode,
  key: string,
  n: number,
  tiers: readonly Source[],
): Promise<string | null> {
  const first = await readers.read(node, key)
  const second = await readers.read(node, key)
  for (const result of [first, second]) {
    if (result instanceof Error || result.kind === 'miss') return 'got no answer'
    if (result.kind === 'found' && Number(result.entry.body) !== n) return 'is an old value'
  }
  return 'kind' in second && second.kind === 'found' && !tiers.includes(second.source) ? 'is not cached' : null
}
