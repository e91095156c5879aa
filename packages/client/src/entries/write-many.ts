import type { LogCommand } from '@freshet/core/coherence/log-record'
import { z } from 'zod'
import { FreshetError } from '../errors/freshet-error.ts'
import { ErrorCodeName } from '../errors/read-problem.ts'
import { type CallOptions, exchange, type Parts } from '../parts.ts'
import type { Codec } from '../values/codec.ts'
import { inBatches } from './batches.ts'
import { laterEpoch, readEpoch } from './min-epoch.ts'
import type { StoreOptions } from './value-headers.ts'

/** `POST /api/cache/mput`, as much of it as is used. */
const MputReply = z.object({
  items: z.array(
    z.discriminatedUnion('status', [
      z.object({ key: z.string(), status: z.literal('stored'), epoch: z.string() }),
      z.object({
        key: z.string(),
        status: z.literal('error'),
        code: ErrorCodeName.catch('internal'),
        detail: z.string(),
      }),
    ]),
  ),
})

export interface ManyEntry extends StoreOptions {
  key: string
  value: unknown
}

export interface WrittenMany {
  /** The latest position of these writes in the log, `gen.e`; null when nothing was written. */
  epoch: string | null
  /** Keys that failed by themselves. */
  failed: Map<string, FreshetError>
}

/**
 * Stores many values, 1,000 in a request. A request is refused as a whole, or each of its keys is stored or fails by itself.
 * As with one value it is not sent again unless it was certainly not done.
 */
export async function writeMany(
  parts: Parts,
  entries: readonly ManyEntry[],
  options: CallOptions & { codec?: Codec },
): Promise<WrittenMany> {
  const written: WrittenMany = { epoch: null, failed: new Map() }
  for (const batch of inBatches(entries)) await writeBatch(parts, batch, options, written)
  return written
}

async function writeBatch(
  parts: Parts,
  batch: readonly ManyEntry[],
  options: CallOptions & { codec?: Codec },
  written: WrittenMany,
): Promise<void> {
  const near = parts.near?.cache
  const items = batch.map((entry) => itemOf(entry, options.codec ?? parts.codec))
  const ask = {
    method: 'POST',
    path: '/api/cache/mput',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items }),
    repeatable: false,
  } as const
  try {
    const reply = await exchange(parts, ask, parts.router.forAny(), options)
    for (const item of MputReply.parse(JSON.parse(reply.body.toString())).items) {
      if (item.status === 'error') written.failed.set(item.key, new FreshetError(item.code, item.detail))
      else {
        written.epoch = laterEpoch(written.epoch, item.epoch)
        near?.noteOwn([putOf(item.key)], readEpoch(item.epoch))
      }
    }
  } finally {
    for (const { key } of batch) near?.forget(key)
  }
}

function itemOf({ key, value, ttlMs, swrMs, sieMs, tags }: ManyEntry, codec: Codec): object {
  const { body, contentType } = codec.encode(value)
  const written =
    typeof body === 'string' ? { value: body } : { value: Buffer.from(body).toString('base64'), encoding: 'base64' }
  return { key, ...written, contentType, ttlS: inS(ttlMs), swrS: inS(swrMs), sieS: inS(sieMs), tags }
}

function inS(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000
}

function putOf(key: string): LogCommand {
  return { kind: 'put', keys: [key] }
}
