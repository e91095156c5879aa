import { hasScope, type Scope } from '@freshet/core/access/permissions'
import { formatVersion } from '@freshet/core/coherence/version'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordRead } from '../../metrics/record-read.ts'
import { gatherReadItems } from '../batch/gather-read-items.ts'
import type { WrittenItem } from '../batch/items.ts'
import { logItemFailures } from '../batch/log-item-failures.ts'
import { type NegotiatedForms, negotiateForms } from '../batch/negotiate-form.ts'
import { MgetRequest, type MputItem, MputRequest } from '../batch/requests.ts'
import { bodyOf } from '../json-body.ts'
import { requireUnleasedWrites } from '../load-lease-headers.ts'
import { reachesMinEpoch, readPastCache } from '../min-epoch.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'
import { requireKey } from '../request-key.ts'
import { requireSize } from './write-entry.ts'

/** 1,000 keys of 512 bytes, each byte at worst six characters of JSON, and what stands between them. */
const MAX_MGET_BODY_BYTES = 4 * 1024 * 1024

/**
 * `POST /api/cache/mget` and `mput`: many keys in one request, in three wire forms. What is wrong with a request (a bad
 * key, a namespace out of reach, a value too large) refuses all of it before anything is read or written; what goes wrong
 * with one key later is that key's own item. Both may be repeated safely, so neither asks for an Idempotency-Key.
 *
 * @param maxBatchBytes largest body of an mput, and most bytes of values in a reply to mget
 */
export function batchRoutes(app: FastifyInstance, services: NodeServices, maxBatchBytes: number): void {
  const { cache, writer, control, recorder, clock, clusterClock, complain } = services
  // The largest body of a PUT: a value must not slip in by batch that would be refused alone.
  const maxValueBytes = app.initialConfig.bodyLimit ?? maxBatchBytes

  async function mget(request: FastifyRequest, reply: FastifyReply): Promise<Buffer | string> {
    const startedMs = clock.monotonicMs()
    const forms = openBatch(request, 'read')
    const { keys } = parseInput(MgetRequest, forms.request.readMget(bodyOf(request)), 'body')
    admitKeys(request, 'read', keys, (i) => `keys.${i}`)
    const distinct = [...new Set(keys)]
    const answers = (await reachesMinEpoch(request, services))
      ? await cache.readMany(distinct)
      : await readPastCache(distinct, services)
    const results = new Map<string, ReadResult | AppError>()
    for (const [i, result] of answers.entries()) {
      const key = distinct[i] ?? ''
      results.set(key, result)
      if (!(result instanceof AppError)) recordRead(recorder, key, result, null)
    }
    logItemFailures(complain, request.id, answers)
    const { items, bytes } = gatherReadItems(keys, results, clusterClock.nowMs(), maxBatchBytes)
    recorder.bytesServed += bytes
    recorder.time('mget', (clock.monotonicMs() - startedMs) * 1_000)
    prepare(reply, forms)
    return forms.reply.writeMget(items)
  }

  async function mput(request: FastifyRequest, reply: FastifyReply): Promise<Buffer | string> {
    const startedMs = clock.monotonicMs()
    const forms = openBatch(request, 'write')
    const { items } = parseInput(MputRequest, forms.request.readMput(bodyOf(request)), 'body')
    const keys = items.map(({ key }) => key)
    admitKeys(request, 'write', keys, (i) => `items.${i}.key`)
    for (const [i, { key, body }] of items.entries())
      requireSize(body, Math.min(maxValueBytes, control.policyOf(namespaceOf(key)).maxValueBytes), `items.${i}.value`)
    const written = await write(items, request)
    recorder.time('mput', (clock.monotonicMs() - startedMs) * 1_000)
    prepare(reply, forms)
    return forms.reply.writeMput(keys.map((key) => written.get(key) ?? { key, status: 'error', error: unanswered() }))
  }

  /** A key that comes twice is written once, with the value that came last, as if they had been put one by one. */
  async function write(items: readonly MputItem[], request: FastifyRequest): Promise<Map<string, WrittenItem>> {
    const last = [...new Map(items.map((item) => [item.key, item])).values()]
    // An empty batch appends nothing to the log.
    const results = last.length === 0 ? [] : await writer.putMany(last)
    logItemFailures(complain, request.id, results)
    return new Map(
      last.map(({ key }, i): [string, WrittenItem] => {
        const result = results[i] ?? unanswered()
        if (result instanceof AppError) return [key, { key, status: 'error', error: result }]
        recorder.writes++
        recorder.namespace(namespaceOf(key)).writes++
        return [key, { key, status: 'stored', etag: result.etag, epoch: formatVersion(result.version) }]
      }),
    )
  }

  /** What can be refused before a body of megabytes is looked at. */
  function openBatch(request: FastifyRequest, scope: Scope): NegotiatedForms {
    if (!hasScope(request.principal, scope)) request.allow(scope, '*')
    return negotiateForms(request.headers)
  }

  function admitKeys(request: FastifyRequest, scope: Scope, keys: readonly string[], field: (i: number) => string) {
    for (const [i, key] of keys.entries()) requireKey(key, field(i))
    for (const namespace of new Set(keys.map(namespaceOf))) {
      request.allow(scope, namespace)
      control.requireDeclared(namespace)
      if (scope === 'write') requireUnleasedWrites(control.policyOf(namespace))
    }
  }

  const mgetLimit = Math.min(maxBatchBytes, MAX_MGET_BODY_BYTES)
  app.post('/api/cache/mget', { bodyLimit: mgetLimit, config: { limit: 'read' } }, mget)
  app.post('/api/cache/mput', { bodyLimit: maxBatchBytes, config: { limit: 'write' } }, mput)
}

function prepare(reply: FastifyReply, forms: NegotiatedForms): void {
  reply.type(forms.reply.mediaType).header('cache-control', 'no-store')
}

function unanswered(): AppError {
  return new AppError('internal', 'The key got no answer')
}
