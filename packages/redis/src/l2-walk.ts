import { ENTRY_PREFIX } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { Master, Servers } from './masters.ts'

/** Where a walk goes on: under which layout, in whose table, in which of its lives, and Redis's own cursor. */
export const WalkCursor = z.object({
  layout: z.string(),
  master: z.string(),
  run: z.string(),
  scan: z
    .string()
    .regex(/^\d{1,20}$/)
    .refine((scan) => BigInt(scan) < 2n ** 64n),
})
export type WalkCursor = z.infer<typeof WalkCursor>

export interface WalkPage {
  keys: string[]
  /** For the next page; null: that was the last. */
  cursor: WalkCursor | null
}

export interface WalkStep {
  /** Slots of the table that are looked at. */
  count: number
  /** A pattern of Redis for names in it; all entries by default. */
  match?: string
}

/**
 * One step of a walk over all entries of L2, by SCAN on one server after the other. A key that lives through the whole
 * walk is on at least one page, and may be on several. That is worth three precautions:
 *
 * A SCAN cursor is a place in one process's hash table, whose order is random anew in each life of the process. After a
 * restart it would skip keys without a word. So the cursor names the life that it belongs to, and in another one that
 * server's table is begun again.
 *
 * On a Cluster a slot may go from a master that is still to be walked to one that was walked already. So the cursor names
 * the layout, and under another one (also after a failover, or when masters come and go) the walk begins again.
 *
 * The keys of such a slot go before the slot does. At the end of the walk, those that are ahead of it are looked up.
 */
export async function walkEntries(servers: Servers, cursor: WalkCursor | null, step: WalkStep): Promise<WalkPage> {
  const layout = await servers.layout()
  const masters = [...layout.masters].sort((a, b) => (a.name < b.name ? -1 : 1))
  const from = cursor?.layout === layout.version ? cursor : null
  const at = Math.max(0, from === null ? 0 : masters.findIndex(({ name }) => name === from.master))
  const master = masters[at]
  if (master === undefined) throw new Error('L2 has no server')
  const resumed = from?.master === master.name ? from : null
  const page = (resumed && (await scan(master, resumed, step))) ?? (await scan(master, null, step))
  if (page === null) throw new Error('unreachable: a table that is begun belongs to every life')
  const { keys, run } = page
  const here = { layout: layout.version, master: master.name }
  if (page.scan !== '0') return { keys, cursor: { ...here, run, scan: page.scan } }
  const following = masters[at + 1]
  if (following) return { keys, cursor: { ...here, master: following.name, run: '', scan: '0' } }
  return finish(servers, keys, here)
}

/** The last page, unless keys may have moved while it was read. */
async function finish(
  servers: Servers,
  keys: string[],
  here: Pick<WalkCursor, 'layout' | 'master'>,
): Promise<WalkPage> {
  const ahead = await servers.sentAhead(await servers.layout())
  // In this order: a slot that arrived before its keys were asked for changes the layout before it is asked for.
  const { version } = await servers.layout()
  const late = ahead.filter((name) => name.startsWith(ENTRY_PREFIX)).map(keyOf)
  return { keys: [...keys, ...late], cursor: version === here.layout ? null : { ...here, run: '', scan: '0' } }
}

interface Scanned {
  keys: string[]
  run: string
  scan: string
}

/** Null when the cursor belongs to another life of the server. */
async function scan(
  { redis }: Master,
  from: WalkCursor | null,
  { count, match = `${ENTRY_PREFIX}*` }: WalkStep,
): Promise<Scanned | null> {
  // Sent together, so that no reconnection to another process comes between the two.
  const [info, [next, names]] = await Promise.all([
    redis.info('server'),
    redis.scan(from?.scan ?? '0', 'MATCH', match, 'COUNT', count),
  ])
  const run = /run_id:(\w+)/.exec(info)?.[1] ?? ''
  // A table that is begun with cursor 0 belongs to every life.
  if (from !== null && from.scan !== '0' && from.run !== run) return null
  return { keys: names.map(keyOf), run, scan: next }
}

function keyOf(name: string): string {
  return name.slice(ENTRY_PREFIX.length)
}
