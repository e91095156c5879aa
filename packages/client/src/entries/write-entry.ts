import type { LogCommand } from '@freshet/core/coherence/log-record'
import { Receipt } from '@freshet/core/invalidation/receipt'
import { holdMs, type WaitOptions, waitFields } from '../invalidations/wait.ts'
import { type CallOptions, exchange, type Parts } from '../parts.ts'
import type { Ask, Reply } from '../transport/reply.ts'
import type { Codec } from '../values/codec.ts'
import { readEpoch } from './min-epoch.ts'
import { type StoreOptions, storeFields } from './value-headers.ts'

export interface SetOptions extends StoreOptions, WaitOptions, CallOptions {
  codec?: Codec
  /** Only if the stored value has this entity tag still; else FreshetError `precondition_failed`. */
  ifMatch?: string
  /** Only if nothing is stored. */
  ifAbsent?: boolean
}

export interface Written {
  /** The position of the write in the log, `gen.e`, for `minEpoch`. */
  epoch: string
  etag: string | null
  /** False: the wait ran out before all nodes had applied it. It is done all the same. */
  settled: boolean
}

export interface Removed {
  epoch: string
  settled: boolean
  receiptId: string | null
}

/**
 * Stores a value, as the caller's own claim that this is the value now. Sent again only when it was certainly not done: a
 * repeat would be a second claim, and end what others wrote between.
 */
export async function writeEntry(parts: Parts, key: string, value: unknown, options: SetOptions): Promise<Written> {
  const { codec = parts.codec, ifMatch, ifAbsent = false } = options
  const { body, contentType } = codec.encode(value)
  const { query, headers } = storeFields(options)
  const wait = waitFields(options, 'local')
  const conditions = {
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(ifAbsent && { 'if-none-match': '*' }),
  }
  const ask: Ask = {
    method: 'PUT',
    path: pathOf(key, query, wait),
    holdMs: holdMs(wait),
    headers: { 'content-type': contentType, ...headers, ...conditions },
    body,
    repeatable: false,
  }
  return writtenOf(await change(parts, key, ask, { kind: 'put', keys: [key] }, options))
}

/** Stores what the holder of a lease has loaded. It may be sent again: it counts from when the lease was given. */
export async function fillEntry(
  parts: Parts,
  key: string,
  value: unknown,
  token: string,
  options: StoreOptions & CallOptions & { codec?: Codec },
): Promise<Reply> {
  const { body, contentType } = (options.codec ?? parts.codec).encode(value)
  const { query, headers } = storeFields(options)
  const ask: Ask = {
    method: 'PUT',
    path: pathOf(key, query, {}),
    headers: { 'content-type': contentType, ...headers, 'freshet-lease': token },
    body,
    repeatable: true,
  }
  return exchange(parts, ask, parts.router.forKey(key), options)
}

/** Changes lifetimes and tags of a value that is fresh; FreshetError `miss` when there is none. */
export async function touchEntry(
  parts: Parts,
  key: string,
  options: StoreOptions & WaitOptions & CallOptions,
): Promise<Written> {
  const { query, headers } = storeFields(options)
  const wait = waitFields(options, 'local')
  const ask: Ask = { method: 'PATCH', path: pathOf(key, query, wait), headers, repeatable: false, holdMs: holdMs(wait) }
  return writtenOf(await change(parts, key, ask, { kind: 'put', keys: [key] }, options))
}

/** Ends a key's value on all nodes. It may be sent again: ending it twice ends it. */
export async function removeEntry(parts: Parts, key: string, options: WaitOptions & CallOptions): Promise<Removed> {
  const wait = waitFields(options, 'all')
  const ask: Ask = { method: 'DELETE', path: pathOf(key, '', wait), repeatable: true, holdMs: holdMs(wait) }
  const reply = await change(parts, key, ask, { kind: 'keys', keys: [key] }, options)
  const epoch = reply.headers.get('freshet-epoch') ?? Receipt.parse(JSON.parse(reply.body.toString())).epoch ?? ''
  return { epoch, settled: reply.status !== 202, receiptId: reply.headers.get('freshet-receipt') }
}

/** Sends a change of one key. What is near counts as over from now on, and also when nobody knows whether it was done. */
async function change(
  parts: Parts,
  key: string,
  ask: Ask,
  command: LogCommand,
  options: WaitOptions & CallOptions,
): Promise<Reply> {
  const near = parts.near?.cache
  try {
    const reply = await exchange(parts, ask, parts.router.forKey(key), options)
    const epoch = reply.headers.get('freshet-epoch')
    if (epoch !== null) near?.noteOwn([command], readEpoch(epoch))
    return reply
  } finally {
    near?.forget(key)
  }
}

function pathOf(key: string, query: string, wait: Record<string, string>): string {
  const fields = new URLSearchParams(query)
  for (const [name, value] of Object.entries(wait)) fields.set(name, value)
  const text = fields.toString()
  return `/api/cache/${encodeURIComponent(key)}${text === '' ? '' : `?${text}`}`
}

function writtenOf({ status, headers }: Reply): Written {
  return { epoch: headers.get('freshet-epoch') ?? '', etag: headers.get('etag'), settled: status !== 202 }
}
