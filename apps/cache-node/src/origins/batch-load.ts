import type { Clock } from '@freshet/core/clock'
import { checkTags } from '@freshet/core/entries/tags'
import { AppError } from '@freshet/core/errors/app-error'
import { BatchAnswer, BatchEntry } from '@freshet/core/origins/batch-form'
import type { OriginReply } from '@freshet/core/origins/origin'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import type { Dispatcher } from 'undici'
import { badAnswer, badStatus } from './attempt-failure.ts'
import { exchange } from './exchange.ts'
import { headerOf } from './header-of.ts'
import { inParallel } from './in-parallel.ts'
import type { OriginGuard, RunOptions } from './origin-guard.ts'
import { readStrongEtag, type Warn, withTags } from './read-reply.ts'

export type LoadResults = Map<string, OriginReply | Error>

export interface BatchLoader {
  dispatcher: Dispatcher
  guard: OriginGuard
  config: OriginConfig
  batch: NonNullable<OriginConfig['batch']>
  headers: Record<string, string>
  maxValueBytes: number
  warn: Warn
  clock: Clock
}

/** No answer to a batch is larger, whatever its keys may weigh. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024
/** What base64 and JSON add to a value, and what surrounds it. */
const ENCODED_RATIO = 1.4
const ENTRY_OVERHEAD_BYTES = 16_384

/** Loads keys by the origin's batch form, in pieces of `batch.maxKeys`. A failed piece fails its own keys only. */
export async function loadBatches(
  loader: BatchLoader,
  keys: readonly string[],
  options: RunOptions,
): Promise<LoadResults> {
  const { maxKeys } = loader.batch
  const wanted = [...new Set(keys)]
  const pieces = Array.from({ length: Math.ceil(wanted.length / maxKeys) }, (_, i) =>
    wanted.slice(i * maxKeys, (i + 1) * maxKeys),
  )
  const results: LoadResults = new Map()
  await inParallel(pieces, loader.config.maxConcurrency, async (piece) => {
    try {
      const replies = await loadPiece(loader, piece, options)
      for (const key of piece) results.set(key, replies.get(key) ?? absent)
    } catch (error) {
      for (const key of piece) results.set(key, asKeyError(error))
    }
  })
  return results
}

const absent: OriginReply = { kind: 'absent', maxAgeMs: null, noStore: false }

/** What stands for a key that could not be loaded. An abort reason may be anything, so it is wrapped where it is no Error. */
export function asKeyError(error: unknown): Error {
  return error instanceof Error ? error : new AppError('origin_failed', 'The load was given up', {}, { cause: error })
}

function loadPiece(loader: BatchLoader, keys: readonly string[], options: RunOptions): Promise<LoadResults> {
  const { dispatcher, guard, batch, headers, maxValueBytes, clock } = loader
  const request = {
    method: 'POST',
    url: batch.url,
    headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ keys }),
  } as const
  const maxBytes = Math.min(MAX_BATCH_BYTES, keys.length * (maxValueBytes * ENCODED_RATIO + ENTRY_OVERHEAD_BYTES))
  return guard.run(async (makeRequest) => {
    const answer = await exchange(dispatcher, request, maxBytes, makeRequest)
    if (answer.status !== 200) throw badStatus(answer.status, headerOf(answer.headers, 'retry-after'), clock.wallMs())
    return readBatch(answer.body, loader)
  }, options)
}

function readBatch(body: Buffer, loader: BatchLoader): LoadResults {
  let document: unknown
  try {
    document = JSON.parse(body.toString('utf8'))
  } catch {
    throw badAnswer("The origin's batch answer is not JSON")
  }
  const answer = BatchAnswer.safeParse(document)
  if (!answer.success) throw badAnswer("The origin's batch answer holds no list of entries")
  const results: LoadResults = new Map()
  for (const item of answer.data.entries) {
    const entry = BatchEntry.safeParse(item)
    if (entry.success) results.set(entry.data.key, readEntry(entry.data, loader))
    else setUnreadable(results, item, entry.error.issues[0]?.path.join('.') ?? '')
  }
  return results
}

/** One entry that makes no sense is its own key's failure; without a readable key the whole answer cannot be trusted. */
function setUnreadable(results: LoadResults, item: unknown, field: string): void {
  const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined
  if (typeof key !== 'string') throw badAnswer("The origin's batch answer holds an entry without a key")
  results.set(key, new AppError('origin_failed', `The origin's batch entry is malformed at "${field}"`, { field }))
}

function readEntry(entry: BatchEntry, { maxValueBytes, warn }: BatchLoader): OriginReply | Error {
  const maxAgeMs = toMs(entry.maxAgeS)
  if (entry.status === 404 || entry.status === 410) return { kind: 'absent', maxAgeMs, noStore: entry.noStore }
  if (entry.status !== 200) return badStatus(entry.status, undefined, 0).error
  if (entry.body.length > maxValueBytes)
    return new AppError('origin_failed', `The origin's value is larger than ${maxValueBytes} bytes`, {
      field: 'body',
      limit: maxValueBytes,
    })
  const lifetime = { maxAgeMs, swrMs: toMs(entry.swrS), sieMs: toMs(entry.sieS), noStore: entry.noStore }
  return {
    kind: 'found',
    body: entry.body,
    contentType: entry.contentType,
    etag: readStrongEtag(entry.etag),
    ...withTags(lifetime, () => checkTags(entry.tags), warn),
  }
}

function toMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1_000)
}
