import { randomUUID } from 'node:crypto'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import { Receipt } from '@freshet/core/invalidation/receipt'
import { laterEpoch, readEpoch } from '../entries/min-epoch.ts'
import { FreshetError } from '../errors/freshet-error.ts'
import { type CallOptions, exchange, type Parts } from '../parts.ts'
import { holdMs, type WaitOptions, waitFields } from './wait.ts'

/** What is to end. Several kinds may be named together; each pattern is an invalidation of its own. */
export interface InvalidationTarget {
  keys?: readonly string[]
  tags?: readonly string[]
  /** Redis globs. */
  patterns?: readonly string[]
  namespace?: string
  /** Everything; for admins. */
  all?: true
}

export interface InvalidateOptions extends WaitOptions, CallOptions {
  /** `hard` (default): never served again. `soft`: stale at once, served marked while one refresh runs. */
  mode?: 'hard' | 'soft'
  /** For the audit. */
  reason?: string
  /** Does it so much later, milliseconds. */
  delayMs?: number
  /** Does it now and again so much later, milliseconds, for sources whose replicas lag. */
  repeatAfterMs?: number
  /** Once this time has passed without the same request, milliseconds. */
  debounceMs?: number
  /** By which a repeat is recognised; made up for each call unless it is named. With several patterns, of each. */
  idempotencyKey?: string
}

export interface Invalidated {
  /** The position in the log, `gen.e`, for `minEpoch`; null when it is to be done later. */
  epoch: string | null
  /** What was to be waited for has come. */
  settled: boolean
  receipts: Receipt[]
}

/**
 * Ends what is cached. It may be sent again by itself: the node that gets it twice does it once. Rejects with FreshetError
 * when one of several cannot be done; others may have been.
 */
export async function invalidate(
  parts: Parts,
  target: InvalidationTarget,
  options: InvalidateOptions,
): Promise<Invalidated> {
  const { keys, tags, patterns = [], namespace, all } = target
  const isNamed = keys !== undefined || tags !== undefined || namespace !== undefined || all !== undefined
  if (!isNamed && patterns.length === 0)
    throw new FreshetError('invalid', 'Name keys, tags, patterns, a namespace or all', { field: 'keys' })
  const runs = [
    ...(isNamed ? [post(parts, '/api/invalidate', { keys, tags, namespace, all }, options, '')] : []),
    ...patterns.map((pattern, i) => post(parts, '/api/invalidate/pattern', { pattern }, options, `.${i}`)),
  ]
  const done = await Promise.all(runs)
  const receipts = done.map(({ receipt }) => receipt)
  const epoch = receipts.reduce<string | null>(
    (known, each) => (each.epoch === null ? known : laterEpoch(known, each.epoch)),
    null,
  )
  if (parts.near !== null && epoch !== null) parts.near.cache.noteOwn(commandsOf(target, options), readEpoch(epoch))
  return { epoch, settled: done.every(({ settled }) => settled), receipts }
}

async function post(
  parts: Parts,
  route: string,
  matchers: object,
  options: InvalidateOptions,
  suffix: string,
): Promise<{ receipt: Receipt; settled: boolean }> {
  const { mode, wait, reason, delayMs, repeatAfterMs, debounceMs, idempotencyKey = randomUUID() } = options
  const { waitMs } = waitFields(options, 'all')
  const reply = await exchange(
    parts,
    {
      method: 'POST',
      path: waitMs === undefined ? route : `${route}?waitMs=${waitMs}`,
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey + suffix },
      body: JSON.stringify({ ...matchers, mode, wait, reason, delayMs, repeatAfterMs, debounceMs }),
      repeatable: true,
      holdMs: holdMs(waitMs === undefined ? {} : { waitMs }),
    },
    parts.router.forAny(),
    options,
  )
  return { receipt: Receipt.parse(JSON.parse(reply.body.toString())), settled: reply.status === 200 }
}

function commandsOf(
  { keys = [], tags = [], patterns = [], namespace, all }: InvalidationTarget,
  { mode = 'hard' }: InvalidateOptions,
): LogCommand[] {
  return [
    ...(keys.length > 0 ? [{ kind: 'keys' as const, keys: [...keys], mode }] : []),
    ...(tags.length > 0 ? [{ kind: 'tags' as const, tags: [...tags], reach: '*' as const, mode }] : []),
    ...(patterns.length > 0 ? [{ kind: 'patterns' as const, patterns: [...patterns], reach: '*' as const, mode }] : []),
    ...(namespace === undefined ? [] : [{ kind: 'namespaces' as const, namespaces: [namespace], mode }]),
    ...(all === undefined ? [] : [{ kind: 'all' as const, mode }]),
  ]
}
