import { z } from 'zod'
import { clientEnv } from './env.ts'
import { FreshetError } from './errors/freshet-error.ts'
import type { Codec } from './values/codec.ts'

export interface CacheOptions {
  /** Addresses of nodes, or of a balancer before them, as a list or separated by commas; FRESHET_URL unless named. */
  url?: string | readonly string[]
  /** An API key or JWT, or where to get one for each request; FRESHET_API_KEY unless named. */
  apiKey?: string | (() => string | Promise<string>)
  /**
   * `ring` (default): each key is asked of the node that owns it; of the given addresses where nodes cannot be reached from
   * here. `any`: of the given addresses only, in turn.
   */
  routing?: 'ring' | 'any'
  /** Reads of one key in a second by this client, from which on they are spread over all nodes; 200. */
  hotKeyPerSecond?: number
  /** How long a call may take, its retries and waits included, milliseconds; 5,000. */
  deadlineMs?: number
  /** How long one node may take to answer, milliseconds; 2,000. */
  attemptTimeoutMs?: number
  /** How often a call is repeated that failed for a passing reason; 3. Another node for one that is gone is no repeat. */
  retries?: number
  /** How values are written; JSON, and bytes as they are. */
  codec?: Codec
  /**
   * Keeps values in this process as well; off by default. What is served from it may have been invalidated up to a second
   * ago, acknowledged or not.
   */
  near?: boolean | NearOptions
  /** Loads without the cache's protection, while it cannot be asked; 32 at once, 1,000 waiting. */
  uncachedLoads?: { maxConcurrent?: number; maxWaiting?: number }
  /** Told of what nobody else is told: a refresh in the background that failed, a cache that `getOrSet` lived without. */
  onError?: (error: unknown) => void
  /** Instead of the global one: proxies, certificates, tests. */
  fetch?: typeof globalThis.fetch
}

export interface NearOptions {
  /** Memory for values, bytes; 64 MiB. */
  maxBytes?: number
  /** The longest that a value is kept, however long it is fresh, milliseconds; 60,000. */
  maxTtlMs?: number
}

const count = (fallback: number, least = 1) => z.number().int().min(least).default(fallback)
const durationMs = (fallback: number) => z.number().positive().default(fallback)
const NearSettings = z.object({ maxBytes: count(64 * 1024 * 1024), maxTtlMs: durationMs(60_000) })
const Settings = z.object({
  routing: z.enum(['ring', 'any']).default('ring'),
  hotKeyPerSecond: z.number().positive().default(200),
  deadlineMs: durationMs(5_000),
  attemptTimeoutMs: durationMs(2_000),
  retries: count(3, 0),
  near: z.preprocess((near) => (near === true ? {} : near === false ? undefined : near), NearSettings.optional()),
  uncachedLoads: z.object({ maxConcurrent: count(32), maxWaiting: count(1_000, 0) }).prefault({}),
})
export type Settings = z.infer<typeof Settings> & { urls: string[]; credential: () => string | Promise<string> }

/** Options and environment together. Throws FreshetError `invalid` with the field, when a client is made and not later. */
export function readOptions(options: CacheOptions): Settings {
  const env = clientEnv()
  const parsed = Settings.safeParse(options)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new FreshetError('invalid', issue?.message ?? 'not as documented', { field: issue?.path.join('.') })
  }
  const apiKey = options.apiKey ?? env.apiKey
  if (apiKey === undefined)
    throw new FreshetError('invalid', 'Name an API key: the option apiKey, or FRESHET_API_KEY', { field: 'apiKey' })
  const credential = typeof apiKey === 'function' ? apiKey : () => apiKey
  return { ...parsed.data, urls: readUrls(options.url ?? env.url), credential }
}

function readUrls(said: string | readonly string[] | undefined): string[] {
  const list = (typeof said === 'string' ? said.split(',') : (said ?? [])).map((url) => url.trim()).filter(Boolean)
  if (list.length === 0)
    throw new FreshetError('invalid', 'Name at least one address: the option url, or FRESHET_URL', { field: 'url' })
  return list.map((text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '')
      throw new FreshetError('invalid', `"${text}" is not the address of a node`, { field: 'url' })
    // It would end up in messages and logs, and fetch takes none.
    if (url.username !== '' || url.password !== '')
      throw new FreshetError('invalid', 'The credential is the option apiKey, and no part of an address', {
        field: 'url',
      })
    return url.href.replace(/\/+$/, '')
  })
}
