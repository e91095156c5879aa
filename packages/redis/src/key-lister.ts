import type { Entry } from '@freshet/core/entries/entry'
import { AppError } from '@freshet/core/errors/app-error'
import { ENTRY_PREFIX } from '@freshet/core/keys/redis-keys'
import { escapePattern } from '@freshet/core/patterns/escape-pattern'
import { matchPattern } from '@freshet/core/patterns/match-pattern'
import type { Pattern } from '@freshet/core/patterns/parse-pattern'
import { z } from 'zod'
import type { RedisClient } from './connection.ts'
import { type EntryHead, headReader } from './entry-heads.ts'
import { WalkCursor, walkEntries } from './l2-walk.ts'
import type { Servers } from './masters.ts'
import { serversOf } from './servers-of.ts'
import { storeUnavailable } from './store-unavailable.ts'

/** One key of a listing; `entry` has no body. */
export type ListedKey = Pick<EntryHead, 'key' | 'entry' | 'bodyBytes'>

export interface KeyPage {
  keys: ListedKey[]
  /** Give it back for the next page; null when the listing is complete. */
  cursor: string | null
}

export interface KeyQuery {
  pattern: Pattern
  /** From the page before; null for the first. */
  cursor: string | null
  limit: number
  /** Which matches the caller may see. */
  accept: (key: string, entry: Entry) => boolean
}

export type KeyLister = (query: KeyQuery) => Promise<KeyPage>

/** Slots of Redis's table that one page may walk; then it ends early, with a cursor, however few keys it found. */
const MAX_SCAN_PER_PAGE = 20_000
/** Slots of one SCAN step, at most; about 0.2 ms of Redis's time. */
const MAX_SCAN_STEP = 1_000
/** A cursor travels in a URL. One that would be longer is avoided by handing out more keys than the limit. */
const MAX_CURSOR_BYTES = 4_096

/** Where to go on (null: all was walked), and keys of the last batch that did not fit the page. */
const Cursor = z.object({ at: WalkCursor.nullable(), held: z.array(z.string().max(512)).max(5_000) })
type Cursor = z.infer<typeof Cursor>

/**
 * Lists keys of the whole L2 by SCAN in small steps, which blocks nobody. As with SCAN, a key that lives through the
 * whole listing is listed at least once; one that comes or goes meanwhile may or may not be. When slots of a Cluster have
 * moved meanwhile, the listing begins again (walkEntries), and keys are listed twice rather than not at all.
 *
 * Redis matches the literal prefix only, by a pattern that cannot explode; the rest is our own linear matcher's work.
 * Rejects with AppError `invalid` for a broken cursor, `store_unavailable` when Redis is away.
 */
export function createKeyLister(redis: RedisClient): KeyLister {
  const servers = serversOf(redis)
  const readHeads = headReader(redis)
  return async (query) => {
    const from = query.cursor === null ? null : decodeCursor(query.cursor)
    try {
      return await listPage(servers, readHeads, query, from)
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      storeUnavailable(cause)
    }
  }
}

async function listPage(
  servers: Servers,
  readHeads: ReturnType<typeof headReader>,
  { pattern, limit, accept }: KeyQuery,
  from: Cursor | null,
): Promise<KeyPage> {
  const match = `${escapePattern(ENTRY_PREFIX + pattern.literalPrefix)}*`
  const keys: ListedKey[] = []
  let held = from?.held ?? []
  let at = from?.at ?? null
  let finished = from !== null && from.at === null
  let step = Math.min(limit, MAX_SCAN_STEP)
  const take = async (count: number) => {
    const batch = held.slice(0, count)
    held = held.slice(count)
    const heads = (await readHeads(batch)).filter(({ key, entry }) => accept(key, entry))
    keys.push(...heads.map(({ key, entry, bodyBytes }) => ({ key, entry, bodyBytes })))
  }
  for (let walked = 0; ; walked += step) {
    while (held.length > 0 && keys.length < limit) await take(limit - keys.length)
    if (keys.length >= limit || finished || walked >= MAX_SCAN_PER_PAGE) break
    const page = await walkEntries(servers, at, { count: step, match })
    at = page.cursor
    finished = at === null
    held = page.keys.filter((key) => matchPattern(pattern, key))
    // Longer steps through barren stretches; short ones where keys are dense, so that few are left over.
    step = held.length === 0 ? Math.min(step * 2, MAX_SCAN_STEP) : Math.min(limit, MAX_SCAN_STEP)
  }
  if (finished && held.length === 0) return { keys, cursor: null }
  const cursor = encodeCursor({ at, held })
  if (cursor.length <= MAX_CURSOR_BYTES) return { keys, cursor }
  await take(held.length)
  return { keys, cursor: finished ? null : encodeCursor({ at, held: [] }) }
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function decodeCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch {
    throw new AppError('invalid', 'The cursor is not one that a listing gave', { field: 'cursor' })
  }
}
