import { z } from 'zod'
import { FreshetError } from '../errors/freshet-error.ts'
import { ErrorCodeName } from '../errors/read-problem.ts'
import { exchange, type Parts } from '../parts.ts'
import { readValue } from '../values/read-value.ts'
import { inBatches } from './batches.ts'
import { type ReadOptions, type ReadResult, readAtNode, readNear } from './read-entry.ts'

const Carried = z.object({
  status: z.enum(['hit', 'stale']),
  encoding: z.enum(['utf8', 'base64']),
  value: z.string(),
  contentType: z.string(),
  etag: z.string(),
  ttlS: z.number(),
  reason: z.string().optional(),
})
/** `POST /api/cache/mget`, as much of it as is used. */
const MgetReply = z.object({
  items: z.array(
    z.discriminatedUnion('status', [
      Carried.extend({ status: z.literal('hit') }),
      Carried.extend({ status: z.literal('stale') }),
      z.object({ status: z.literal('miss') }),
      z.object({ status: z.literal('absent') }),
      z.object({ status: z.literal('error'), code: ErrorCodeName.catch('internal'), detail: z.string() }),
    ]),
  ),
})
type Item = z.infer<typeof MgetReply>['items'][number]

/** A result per key; an error is that key's own. */
export type ManyResults<T> = Map<string, ReadResult<T> | FreshetError>

export type ReadManyOptions<T = unknown> = Omit<ReadOptions<T>, 'onlyIfCached'>

/**
 * Reads many keys, each at its owner, all owners at once. When a node and those who stand in for it fail, the keys that they
 * were asked for are the ones that failed.
 */
export async function readMany<T>(
  parts: Parts,
  keys: readonly string[],
  options: ReadManyOptions<T>,
): Promise<ManyResults<T>> {
  const results: ManyResults<T> = new Map(keys.map((key) => [key, { found: false, reason: 'miss' }]))
  const away: string[] = []
  await Promise.all(
    [...results.keys()].map(async (key) => {
      const near = readNear(parts, key, options)
      if (near === null) away.push(key)
      else results.set(key, await near)
    }),
  )
  const asks = parts.router
    .group(away)
    .flatMap(({ urls, keys: owned }) => inBatches(owned).map((batch) => ({ urls, batch })))
  await Promise.all(
    asks.map(async ({ urls, batch }) => {
      for (const [key, result] of await readBatch(parts, urls, batch, options)) results.set(key, result)
    }),
  )
  return results
}

async function readBatch<T>(
  parts: Parts,
  urls: readonly string[],
  keys: readonly string[],
  options: ReadManyOptions<T>,
): Promise<[string, ReadResult<T> | FreshetError][]> {
  const { minEpoch } = options
  const ask = {
    method: 'POST',
    path: '/api/cache/mget',
    headers: { 'content-type': 'application/json', ...(minEpoch !== undefined && { 'freshet-min-epoch': minEpoch }) },
    body: JSON.stringify({ keys }),
    repeatable: true,
  } as const
  try {
    const reply = await exchange(parts, ask, urls, options)
    const { items } = MgetReply.parse(JSON.parse(reply.body.toString()))
    return await Promise.all(
      keys.map(async (key, i): Promise<[string, ReadResult<T> | FreshetError]> => {
        const item = items[i]
        return [key, item === undefined ? { found: false, reason: 'miss' } : await resultOf(parts, key, item, options)]
      }),
    )
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error
    return keys.map((key) => [key, error])
  }
}

async function resultOf<T>(
  parts: Parts,
  key: string,
  item: Item,
  options: ReadManyOptions<T>,
): Promise<ReadResult<T> | FreshetError> {
  switch (item.status) {
    case 'miss':
    case 'absent':
      return { found: false, reason: item.status }
    case 'error':
      // It did not fit into the answer beside the others; alone it does.
      if (item.code === 'payload_too_large') return readAlone(parts, key, options)
      return new FreshetError(item.code, item.detail)
    default: {
      const { encoding, value, contentType, etag, ttlS, reason } = item
      const reading = { codec: options.codec ?? parts.codec, schema: options.schema ?? null }
      const read = await readValue(Buffer.from(value, encoding), contentType, reading)
      if (read === null) return { found: false, reason: 'unreadable' }
      const stale = item.status === 'stale' ? (reason ?? 'revalidating') : null
      return { found: true, value: read.value, source: 'node', stale, ttlMs: ttlS * 1_000, tags: null, etag }
    }
  }
}

async function readAlone<T>(
  parts: Parts,
  key: string,
  options: ReadManyOptions<T>,
): Promise<ReadResult<T> | FreshetError> {
  try {
    return (await readAtNode(parts, key, options)).result
  } catch (error) {
    if (error instanceof FreshetError) return error
    throw error
  }
}
