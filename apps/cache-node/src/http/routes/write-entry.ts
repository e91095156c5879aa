import { formatVersion } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import { readTags } from '@freshet/core/entries/tags'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { Precondition } from '@freshet/core/tiers/cache-writer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseEntityTags } from '../entity-tags.ts'
import { awaitNodes } from '../invalidation/await-nodes.ts'
import { readWait } from '../invalidation/wait-query.ts'
import { bodyOf } from '../json-body.ts'
import { fillWithLease, loadTokenOf, requireUnleasedWrites } from '../load-lease-headers.ts'
import type { NodeServices } from '../node-services.ts'
import { readLifetimes, readValue } from '../read-value.ts'
import { readKey } from '../request-key.ts'

/** PUT and PATCH of one key. */
export function writeEntryRoutes(app: FastifyInstance, services: NodeServices): void {
  const { writer, recorder, control, clock } = services

  async function put(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const startedMs = clock.monotonicMs()
    const { key, namespace } = open(request)
    const wish = readWait(request, 'local')
    const token = loadTokenOf(request)
    if (token === null) requireUnleasedWrites(control.policyOf(namespace))
    const body = bodyOf(request)
    requireSize(body, control.policyOf(namespace).maxValueBytes)
    const value = readValue(request.headers, queryOf(request, 'ttl'), body)
    const precondition = readPrecondition(request)
    const entry =
      token === null
        ? await writer.put(key, value, precondition)
        : await fillWithLease(key, value, token, precondition, services)
    recorder.writes++
    recorder.namespace(namespace).writes++
    recorder.time('put', (clock.monotonicMs() - startedMs) * 1_000)
    // Who fills with a lease has ended nothing that others would have to hear of.
    const applied = token !== null || (await awaitNodes(entry.version, wish, services))
    answer(reply, entry, applied)
  }

  async function patch(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { key, namespace } = open(request)
    requireUnleasedWrites(control.policyOf(namespace))
    const wish = readWait(request, 'local')
    if (bodyOf(request).length > 0)
      throw new AppError('invalid', 'PATCH changes lifetimes and tags by headers and takes no body', { field: 'body' })
    const lifetimes = readLifetimes(request.headers, queryOf(request, 'ttl'))
    const tags = TAG_FIELDS.some((field) => field in request.headers) ? readTags(request.headers) : null
    if (tags === null && lifetimes.ttlMs === null && lifetimes.swrMs === null && lifetimes.sieMs === null)
      throw new AppError('invalid', 'Name a lifetime (?ttl= or Cache-Control) or tags (Surrogate-Key)', {
        field: 'ttl',
      })
    const entry = await writer.amend(key, (held) => ({
      ...held,
      ...keepLifetimes(held),
      ...given(lifetimes),
      tags: tags ?? held.tags,
    }))
    recorder.writes++
    recorder.namespace(namespace).writes++
    answer(reply, entry, await awaitNodes(entry.version, wish, services))
  }

  function open(request: FastifyRequest): { key: string; namespace: string } {
    const key = readKey(request.raw.url ?? '')
    const namespace = namespaceOf(key)
    request.allow('write', namespace)
    control.requireDeclared(namespace)
    return { key, namespace }
  }

  app.route({ method: 'PUT', url: '/api/cache/*', config: { limit: 'write' }, handler: put })
  app.route({ method: 'PATCH', url: '/api/cache/*', config: { limit: 'write' }, handler: patch })
}

const TAG_FIELDS = ['surrogate-key', 'cache-tag', 'cache-groups']

/** `applied`: whatever the caller wanted to wait for has come; else 202. */
function answer(reply: FastifyReply, entry: Entry, applied: boolean): void {
  reply.code(applied ? 204 : 202).headers({ etag: entry.etag, 'freshet-epoch': formatVersion(entry.version) })
}

/** Throws `value_too_large` with the limit; `maxBytes` comes from the namespace's policy. */
export function requireSize(body: Buffer, maxBytes: number, field = 'body'): void {
  if (body.length > maxBytes)
    throw new AppError('value_too_large', `The value has ${body.length} bytes; this namespace takes ${maxBytes}`, {
      field,
      limit: maxBytes,
    })
}

function readPrecondition(request: FastifyRequest): Precondition | undefined {
  const ifMatch = parseEntityTags(request.headers['if-match'])
  const ifNoneMatch = parseEntityTags(request.headers['if-none-match'])
  if (ifNoneMatch !== null && ifNoneMatch !== '*')
    throw new AppError('invalid', 'A write takes If-None-Match: * only', { field: 'If-None-Match' })
  return ifMatch === null && ifNoneMatch === null ? undefined : { ifMatch, ifNoneMatch }
}

function queryOf(request: FastifyRequest, name: string): string | undefined {
  const query = request.raw.url?.split('?', 2)[1]
  return query === undefined ? undefined : (new URLSearchParams(query).get(name) ?? undefined)
}

/** A value's lifetimes as they were named when it was written. */
function keepLifetimes(entry: Entry) {
  return {
    ttlMs: entry.freshUntilMs - entry.storedAtMs,
    swrMs: entry.staleUntilMs - entry.freshUntilMs,
    sieMs: entry.errorUntilMs - entry.freshUntilMs,
  }
}

function given<T extends object>(values: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Partial<{
    [K in keyof T]: NonNullable<T[K]>
  }>
}
