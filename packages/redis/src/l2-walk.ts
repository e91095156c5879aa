import { ENTRY_PREFIX } from '@freshet/core/keys/redis-keys'
import { z } from 'zod'
import type { Master, Masters } from './masters.ts'

/** Where a walk goes on: in whose table, in which of its lives, and Redis's own cursor. */
const Cursor = z.object({ master: z.string(), run: z.string(), scan: z.string().regex(/^\d{1,20}$/) })
type Cursor = z.infer<typeof Cursor>

export interface WalkPage {
  master: Master
  keys: string[]
  /** For the next page; null: that was the last. */
  cursor: string | null
}

/**
 * One step of a walk over all entries of L2, by SCAN on one server after the other. A key that lives through the whole
 * walk is on at least one page.
 *
 * A SCAN cursor is a place in one process's hash table, whose order is random anew in each life of the process. After a
 * restart or a failover it would skip keys without a word. So the cursor names the life that it belongs to, and in
 * another one that server's table is begun again.
 *
 * @param step slots of the table that are looked at
 */
export async function walkEntries(masters: Masters, cursor: string | null, step: number): Promise<WalkPage> {
  const all = [...masters()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const from = cursor === null ? null : decode(cursor)
  // One that is no longer there had its keys moved, and nobody knows where: begin with the first again.
  const at = Math.max(0, from === null ? 0 : all.findIndex(({ name }) => name === from.master))
  const master = all[at]
  if (master === undefined) throw new Error('L2 has no server')
  const resumed = from?.master === master.name ? from : null
  const page = (resumed && (await scan(master, resumed, step))) ?? (await scan(master, null, step))
  if (page === null) throw new Error('unreachable: a table that is begun belongs to every life')
  return { master, keys: page.keys, cursor: encode(master, page, all[at + 1]) }
}

interface Scanned {
  keys: string[]
  run: string
  scan: string
}

/** Null when the cursor belongs to another life of the server. */
async function scan({ redis }: Master, from: Cursor | null, step: number): Promise<Scanned | null> {
  // Sent together, so that no reconnection to another process comes between the two.
  const [info, [next, names]] = await Promise.all([
    redis.info('server'),
    redis.scan(from?.scan ?? '0', 'MATCH', `${ENTRY_PREFIX}*`, 'COUNT', step),
  ])
  const run = /run_id:(\w+)/.exec(info)?.[1] ?? ''
  if (from !== null && from.run !== run) return null
  return { keys: names.map((name) => name.slice(ENTRY_PREFIX.length)), run, scan: next }
}

function encode(master: Master, { run, scan: next }: Scanned, following: Master | undefined): string | null {
  if (next !== '0') return JSON.stringify({ master: master.name, run, scan: next } satisfies Cursor)
  return following ? JSON.stringify({ master: following.name, run: '', scan: '0' } satisfies Cursor) : null
}

/** Null, which is the beginning, for what is no cursor. */
function decode(text: string): Cursor | null {
  try {
    return Cursor.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
