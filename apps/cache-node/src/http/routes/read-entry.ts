import { hasScope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { parseCacheControl } from '@freshet/core/origins/cache-control'
import type { ReadMode, ReadResult } from '@freshet/core/tiers/read-result'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { recordRead } from '../../metrics/record-read.ts'
import { encodeRecordHead, MISSED_HEADER, recordFields } from '../../peers/answer-format.ts'
import type { Forwarded } from '../../peers/forwarded-header.ts'
import { renderCacheStatus, renderFailureStatus } from '../cache-status.ts'
import { entryHeaders, isUnknowable, ttlSeconds } from '../caching-headers.ts'
import { matchesWeakly, parseEntityTags } from '../entity-tags.ts'
import { readForwarded } from '../forwarded-request.ts'
import { newestKnown, offerLoadLease, wantsLoadLease } from '../load-lease-headers.ts'
import { reachesMinEpoch, requirePastCache } from '../min-epoch.ts'
import type { NodeServices } from '../node-services.ts'
import { readKey } from '../request-key.ts'

/** GET and HEAD of one key. HEAD looks but never loads. */
export function readEntryRoutes(app: FastifyInstance, services: NodeServices): void {
  const { cache, forwardedReads, recorder, control, clock, clusterClock } = services

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<Buffer | null> {
    const startedMs = clock.monotonicMs()
    const key = readKey(request.raw.url ?? '')
    const namespace = namespaceOf(key)
    request.allow('read', namespace)
    const forwarded = readForwarded(request)
    if (forwarded !== null) return sendRecord(key, forwarded, request, reply)
    control.requireDeclared(namespace)
    const headOnly = request.method === 'HEAD'
    // Who may not write could never use a lease, and would only keep others from loading.
    const wantsLease = wantsLoadLease(request) && !headOnly && hasScope(request.principal, 'write')
    const found = await read(request, key, headOnly, reply)
    const result = wantsLease
      ? await offerLoadLease(key, await newestKnown(key, found, services), reply, services)
      : found
    recordRead(recorder, key, result, (clock.monotonicMs() - startedMs) * 1_000)
    return send(result, request, reply)
  }

  /** For another node: the record as L2 keeps it. */
  async function sendRecord(
    key: string,
    forwarded: Forwarded,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Buffer> {
    if (request.method === 'HEAD') throw new AppError('bad_request', 'Nodes pass on GET only', { field: 'method' })
    const result = await forwardedReads.read(key, forwarded)
    if (result.kind === 'miss') {
      reply.header(MISSED_HEADER, result.reason)
      throw new AppError('miss', `The key is not in the cache (${result.reason})`)
    }
    reply.headers(recordFields(result))
    return Buffer.concat([encodeRecordHead(result.entry), result.entry.body])
  }

  async function modeFor(request: FastifyRequest, key: string, headOnly: boolean): Promise<ReadMode> {
    const mode = headOnly ? 'cached-only' : modeOf(request.headers['cache-control'])
    if (await reachesMinEpoch(request, services)) return mode
    requirePastCache(key, mode !== 'cached-only', services)
    return 'reload'
  }

  async function read(
    request: FastifyRequest,
    key: string,
    headOnly: boolean,
    reply: FastifyReply,
  ): Promise<ReadResult> {
    try {
      return await cache.read(key, await modeFor(request, key, headOnly))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      // To HEAD a key that is not cached is a plain miss: nobody asked for the origin.
      if (headOnly && error.code === 'not_cached') return { kind: 'miss', reason: 'absent' }
      const status = renderFailureStatus(error)
      if (status !== null) reply.header('cache-status', status)
      throw error
    }
  }

  function send(result: ReadResult, request: FastifyRequest, reply: FastifyReply): Buffer | null {
    const nowMs = clusterClock.nowMs()
    if (result.kind === 'miss') {
      reply.header('cache-status', renderCacheStatus(result, 0))
      throw new AppError('miss', `The key is not in the cache (${result.reason})`)
    }
    if (result.kind === 'absent') {
      reply.header('cache-status', renderCacheStatus(result, ttlSeconds(result.entry, nowMs)))
      if (isUnknowable(result, nowMs)) reply.header('cache-control', 'no-cache')
      throw new AppError('absent_at_origin', 'The origin says that there is no such key')
    }
    reply.headers(entryHeaders(result, nowMs))
    const tags = parseEntityTags(request.headers['if-none-match'])
    if (tags !== null && matchesWeakly(tags, result.entry.etag)) {
      reply.code(304)
      return null
    }
    recorder.bytesServed += result.entry.body.length
    return result.entry.body
  }

  const config = { limit: 'read' } as const
  app.route({ method: 'GET', url: '/api/cache/*', config, exposeHeadRoute: false, handler: handle })
  app.route({ method: 'HEAD', url: '/api/cache/*', config, handler: handle })
}

function modeOf(cacheControl: string | undefined): ReadMode {
  if (cacheControl === undefined) return 'normal'
  const { onlyIfCached, noCache } = parseCacheControl(cacheControl)
  if (onlyIfCached) return 'cached-only'
  return noCache ? 'reload' : 'normal'
}
