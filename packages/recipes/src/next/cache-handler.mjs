// @ts-check
import { createHash, randomUUID } from 'node:crypto'
import { createCache } from '@freshet/client'

/**
 * What `'use cache: remote'` stores, in Freshet: shared by all instances, and gone from all of them when a tag is updated.
 *
 * Next compares times of several machines; so does this handler, and takes their clocks to be this close together.
 */
const CLOCK_SKEW_MS = 1_000
const LONGEST_S = 365 * 86_400
const INSTANCE = randomUUID()

const cache = createCache()
/** Stores of this instance that are under way; a read of the same key waits for them. @type {Map<string, Promise<void>>} */
const pending = new Map()

/**
 * @typedef {import('next/dist/server/lib/cache-handlers/types').CacheEntry} CacheEntry
 * @typedef {import('next/dist/server/lib/cache-handlers/types').CacheHandler} CacheHandler
 * @typedef {Omit<CacheEntry, 'value'> & { value: string }} StoredEntry its value in base64.
 * @typedef {{ atMs: number, by: string, soft: boolean }} TagUpdate
 */

/** @type {CacheHandler} */
const handler = {
  async get(cacheKey, softTags) {
    await pending.get(cacheKey)
    const updates = softTags.map(updateKey)
    const results = await cache.readMany([entryKey(cacheKey), ...updates])
    const found = results.get(entryKey(cacheKey))
    // A cache that cannot be asked is a cache that has nothing: Next renders.
    if (found === undefined || found instanceof Error || !found.found) return undefined
    const entry = /** @type {StoredEntry} */ (found.value)
    const since = updates.map((key) => updateAfter(results.get(key), entry)).filter((update) => update !== null)
    if (since.some(({ soft }) => !soft)) return undefined
    const stale = found.stale !== null || since.length > 0
    return {
      ...entry,
      value: new Blob([Buffer.from(entry.value, 'base64')]).stream(),
      // It is served once more, and Next renders it anew in the background.
      revalidate: stale ? -1 : entry.revalidate,
    }
  },

  async set(cacheKey, pendingEntry) {
    const stored = store(cacheKey, pendingEntry).catch(() => {})
    pending.set(cacheKey, stored)
    await stored
    if (pending.get(cacheKey) === stored) pending.delete(cacheKey)
  },

  // Nothing is known here that could be out of date.
  refreshTags: async () => {},
  // Soft tags (of paths) are told to get().
  getExpiration: async () => Number.POSITIVE_INFINITY,

  /** Resolves when no node serves entries of these tags any more; those that may expire later, when all call them stale. */
  async updateTags(tags, durations) {
    const soft = (durations?.expire ?? 0) > 0
    const update = { atMs: performance.timeOrigin + performance.now(), by: INSTANCE, soft }
    // First the record, then the end of what is stored: whoever stores in between finds the record.
    await Promise.all(tags.map((tag) => cache.set(updateKey(tag), update, { ttlMs: LONGEST_S * 1_000, wait: 'all' })))
    await cache.invalidate({ tags: tags.map(tagName) }, { mode: soft ? 'soft' : 'hard' })
  },
}

/**
 * @param {string} cacheKey
 * @param {Promise<CacheEntry>} pendingEntry
 */
async function store(cacheKey, pendingEntry) {
  const { value, ...entry } = await pendingEntry
  if (entry.expire <= 0) return
  const body = Buffer.from(await new Response(value).arrayBuffer()).toString('base64')
  await cache.set(
    entryKey(cacheKey),
    { ...entry, value: body },
    { ttlMs: Math.min(entry.expire, LONGEST_S) * 1_000, swrMs: 1_000, tags: entry.tags.map(tagName), wait: 'all' },
  )
  // A tag that was updated while this was rendered ended what was stored then, and not this.
  const results = await cache.readMany(entry.tags.map(updateKey))
  const since = [...results.values()].map((result) => updateAfter(result, entry)).filter((update) => update !== null)
  const mode = since.every(({ soft }) => soft) ? 'soft' : 'hard'
  if (since.length > 0) await cache.invalidate({ keys: [entryKey(cacheKey)] }, { mode })
}

/**
 * @param {import('@freshet/client').ReadResult<unknown> | Error | undefined} result of an update's key.
 * @param {Pick<CacheEntry, 'timestamp'>} entry
 * @returns {TagUpdate | null} the tag's last update, when it came after the entry's rendering began, as far as clocks can tell.
 */
function updateAfter(result, { timestamp }) {
  if (result === undefined || result instanceof Error) return { atMs: timestamp, by: INSTANCE, soft: false }
  if (!result.found) return null
  const update = /** @type {TagUpdate} */ (result.value)
  return update.atMs + (update.by === INSTANCE ? 0 : CLOCK_SKEW_MS) >= timestamp ? update : null
}

/** @param {string} text */
const digest = (text) => createHash('sha256').update(text).digest('base64url')
/** Next's keys are longer than Freshet's may be. @param {string} cacheKey */
const entryKey = (cacheKey) => `next:${digest(cacheKey)}`
/** @param {string} tag */
const updateKey = (tag) => `next-tags:${digest(tag)}`
/** @param {string} tag */
const tagName = (tag) => `next-${digest(tag)}`

export default handler
