import { codeOf, errorOf, retryAfterMs } from '../errors/read-problem.ts'
import { type CallOptions, exchange, type Parts } from '../parts.ts'
import type { Reply } from '../transport/reply.ts'
import type { Codec } from '../values/codec.ts'
import { readValue } from '../values/read-value.ts'
import type { StandardSchema } from '../values/standard-schema.ts'
import { readEpoch } from './min-epoch.ts'
import { standingOf, tagsOf } from './value-headers.ts'

export interface ReadOptions<T = unknown> extends CallOptions {
  /** What a value must be; one that is not counts as a miss. Types the result. */
  schema?: StandardSchema<T>
  /** Instead of the client's own. */
  codec?: Codec
  /** Nothing older than this position, as `set` or `invalidate` answered it: reading one's own writes on any node. */
  minEpoch?: string
  /** Only what is cached: never a load at the namespace's origin. */
  onlyIfCached?: boolean
  /** False: not from the near cache. */
  near?: boolean
}

/** Where a value came from: `near` is this process; `l1`, `l2`, `peer` and `origin` as the node says; `node`: it did not. */
export type ValueSource = 'near' | 'l1' | 'l2' | 'peer' | 'origin' | 'node'

export interface FoundValue<T> {
  found: true
  value: T
  source: ValueSource
  /** Why it is stale, e.g. `revalidating` or `degraded`; null: it is fresh. */
  stale: string | null
  /** Milliseconds of freshness left; negative once stale. Null from the near cache. */
  ttlMs: number | null
  /** Those that hold no space; null: not told, as with many keys at once. */
  tags: readonly string[] | null
  etag: string | null
}

/**
 * `miss`: not in the cache. `absent`: the namespace's origin has no such key. `unreadable`: something is stored that the
 * codec or the schema does not take.
 */
export interface NotFound {
  found: false
  reason: 'miss' | 'absent' | 'unreadable'
}

export type ReadResult<T> = FoundValue<T> | NotFound

/** A node's answer to a read, beside what it means. */
export interface Answered<T> {
  result: ReadResult<T>
  /** The right to load what was missed, for one caller of the cluster. */
  leaseToken: string | null
  /** When others may look again who were not given it, milliseconds; null: nobody said that anybody loads it. */
  lookAgainMs: number | null
  etag: string | null
  /** For how long after its freshness the value is meant to be served while it is loaded anew, milliseconds. */
  swrMs: number
}

export function readNear<T>(
  parts: Parts,
  key: string,
  { near = true, minEpoch, ...reading }: ReadOptions<T>,
): Promise<ReadResult<T>> | null {
  if (parts.near === null || !near) return null
  const { cache, poller } = parts.near
  const entry = cache.get(key, minEpoch === undefined ? null : readEpoch(minEpoch))
  poller.wake()
  if (entry === null) return null
  const { body, contentType, tags, etag } = entry
  return asResult(parts, body, contentType, reading, { source: 'near', stale: null, ttlMs: null, tags, etag })
}

/** Reads a key at a node. Rejects with FreshetError, or the signal's reason. */
export async function readAtNode<T>(
  parts: Parts,
  key: string,
  options: ReadOptions<T>,
  lease = false,
): Promise<Answered<T>> {
  const { minEpoch, onlyIfCached = false, near = true } = options
  const sentMs = parts.nowMs()
  const ask = {
    method: 'GET',
    path: `/api/cache/${encodeURIComponent(key)}`,
    headers: {
      ...(minEpoch !== undefined && { 'freshet-min-epoch': minEpoch }),
      ...(onlyIfCached && { 'cache-control': 'only-if-cached' }),
      ...(lease && { 'freshet-lease': 'request' }),
    },
    repeatable: true,
    accepts: [404, 504],
  } as const
  const reply = await exchange(parts, ask, parts.router.forKey(key), options)
  if (reply.status === 200 && near) parts.near?.cache.keep(key, sentMs, reply)
  const { headers } = reply
  return {
    result: await resultOf(parts, reply, options),
    leaseToken: headers.get('freshet-lease'),
    lookAgainMs: retryAfterMs(headers.get('retry-after')) ?? null,
    etag: headers.get('etag'),
    swrMs: standingOf(headers).swrMs,
  }
}

async function resultOf<T>(parts: Parts, reply: Reply, options: ReadOptions<T>): Promise<ReadResult<T>> {
  const { status, headers, body } = reply
  if (status !== 200) {
    const code = codeOf(reply)
    if (code === 'miss' || code === 'not_cached') return { found: false, reason: 'miss' }
    if (code === 'absent_at_origin') return { found: false, reason: 'absent' }
    throw errorOf(reply)
  }
  const { source, stale, ttlMs } = standingOf(headers)
  const facts = { source: sourceOf(source), stale, ttlMs, tags: tagsOf(headers), etag: headers.get('etag') }
  return asResult(parts, body, headers.get('content-type') ?? '', options, facts)
}

async function asResult<T>(
  { codec }: Parts,
  body: Buffer,
  contentType: string,
  reading: Pick<ReadOptions<T>, 'codec' | 'schema'>,
  facts: Omit<FoundValue<T>, 'found' | 'value'>,
): Promise<ReadResult<T>> {
  const read = await readValue(body, contentType, { codec: reading.codec ?? codec, schema: reading.schema ?? null })
  return read === null ? { found: false, reason: 'unreadable' } : { found: true, value: read.value, ...facts }
}

function sourceOf(word: string): ValueSource {
  return word === 'l1' || word === 'l2' || word === 'peer' ? word : 'origin'
}
