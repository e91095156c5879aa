import { hasScope, type Principal, reachesNamespace } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { findKeyFault, namespaceOf } from '@freshet/core/keys/cache-key'
import type { ReadResult } from '@freshet/core/tiers/read-result'
import { recordRead } from '../metrics/record-read.ts'
import type { Authenticator } from './auth/authenticator.ts'
import type { Credential } from './auth/credential.ts'
import { type RateLimits, type RateVerdict, renderRateLimit } from './auth/rate-limits.ts'
import { renderCacheStatus, renderFailureStatus } from './cache-status.ts'
import { isUnknowable, ttlSeconds } from './caching-headers.ts'
import { ForwardedLane } from './forwarded-lane.ts'
import type { LaneHandler, LaneHeaders, LanePeer, LaneReply } from './lane/lane-handler.ts'
import { type OpenReply, renderFound, renderHit, renderProblem } from './lane-replies.ts'
import type { NodeServices } from './node-services.ts'
import { complainOf } from './problem-reply.ts'
import type { RequestIds } from './request-id.ts'

export interface LaneServices extends NodeServices {
  authenticator: Authenticator
  rates: RateLimits
  requestIds: RequestIds
  /** Whether Freshet's own processes must show a certificate of our authority. */
  requireCertificates: boolean
}

/** What a connection's credential came to. */
interface Session {
  credential: Credential
}

/**
 * Answers plain GETs on the fast lane with everything the long way does: credential, scope, namespace, rate, freshness,
 * conditional requests, metrics. An L1 hit is answered in its turn, any other read when it is done. Who may not read is
 * left to node:http, which words refusals.
 */
export function serveFromLane(services: LaneServices): LaneHandler<Session> {
  const { cache, control, recorder, clock, clusterClock, authenticator, rates, requestIds, complain } = services
  const forwardedLane = new ForwardedLane(services.forwardedReads, complain)
  const latency = recorder.histogramOf('get_l1')

  function open({ authorization }: LaneHeaders, { certified }: LanePeer): Session | null {
    const credential = authorization === null ? undefined : authenticator.lookup(authorization)
    if (credential === undefined || (credential.internal && services.requireCertificates && !certified)) return null
    return { credential }
  }

  function hit(key: string, headers: LaneHeaders, { credential }: Session): LaneReply | null {
    // Each clock is read once for all: a reading costs about as much as a lookup.
    const startedMs = clock.monotonicMs()
    const wallMs = clock.wallMs()
    const nowMs = clusterClock.at(wallMs)
    if (!authenticator.stands(credential, wallMs)) return null
    if (headers.forwarded !== null)
      return credential.internal
        ? forwardedLane.hit(key, headers.forwarded, { monotonicMs: startedMs, wallMs }, nowMs)
        : null
    const namespace = namespaceOf(key)
    if (!mayRead(credential.principal, namespace)) return null
    const entry = cache.peekFresh(key, { monotonicMs: startedMs, wallMs }, nowMs)
    if (entry === null) return null
    const rate = rates.take(credential, 'read', startedMs)
    // The token is gone, and node:http will find none either.
    if (rate !== null && !rate.allowed) return null

    const unchanged = headers.ifNoneMatch === entry.etag
    if (unchanged) recorder.requests.notModified++
    else {
      recorder.requests.ok++
      recorder.bytesServed += entry.body.length
    }
    recorder.hits.l1++
    recorder.namespace(namespace).hits++
    const reply: LaneReply = {
      head: renderHit(entry, unchanged, nowMs) + tailOf(headers.requestId ?? requestIds.next(), rate, startedMs),
      body: unchanged ? null : entry.body,
    }
    latency.record((clock.monotonicMs() - startedMs) * 1_000)
    return reply
  }

  function load(key: string, headers: LaneHeaders, { credential }: Session): Promise<LaneReply> | null {
    const startedMs = clock.monotonicMs()
    if (!authenticator.stands(credential) || findKeyFault(key) !== null) return null
    if (headers.forwarded !== null) {
      if (!credential.internal) return null
      return forwardedLane.load(key, headers.forwarded, headers.requestId ?? requestIds.next(), () =>
        clusterClock.nowMs(),
      )
    }
    const namespace = namespaceOf(key)
    if (!mayRead(credential.principal, namespace) || !control.admits(namespace)) return null
    const rate = rates.take(credential, 'read', startedMs)
    if (rate !== null && !rate.allowed) return null
    const requestId = headers.requestId ?? requestIds.next()
    return read(key, headers.ifNoneMatch, requestId, startedMs).then(({ status, head, body }) => {
      recorder.status(status)
      return { head: head + tailOf(requestId, rate, startedMs), body }
    })
  }

  async function read(
    key: string,
    ifNoneMatch: string | null,
    requestId: string,
    startedMs: number,
  ): Promise<OpenReply> {
    try {
      const result = await cache.read(key)
      recordRead(recorder, key, result, (clock.monotonicMs() - startedMs) * 1_000)
      return render(result, ifNoneMatch, requestId)
    } catch (error) {
      // What is no AppError is a fault of ours: node:http logs it and answers.
      if (!(error instanceof AppError)) throw error
      complainOf(error, requestId, complain)
      const status = renderFailureStatus(error)
      return renderProblem(error, requestId, status === null ? {} : { 'cache-status': status }, clusterClock.nowMs())
    }
  }

  function render(result: ReadResult, ifNoneMatch: string | null, requestId: string): OpenReply {
    const nowMs = clusterClock.nowMs()
    if (result.kind === 'found') {
      const unchanged = ifNoneMatch === result.entry.etag
      if (!unchanged) recorder.bytesServed += result.entry.body.length
      return renderFound(result, unchanged, nowMs)
    }
    if (result.kind === 'miss') {
      const error = new AppError('miss', `The key is not in the cache (${result.reason})`)
      return renderProblem(error, requestId, { 'cache-status': renderCacheStatus(result, 0) }, nowMs)
    }
    const error = new AppError('absent_at_origin', 'The origin says that there is no such key')
    const fields = {
      'cache-status': renderCacheStatus(result, ttlSeconds(result.entry, nowMs)),
      ...(isUnknowable(result, nowMs) && { 'cache-control': 'no-cache' }),
    }
    return renderProblem(error, requestId, fields, nowMs)
  }

  return { open, hit, load }
}

function mayRead(principal: Principal, namespace: string): boolean {
  return hasScope(principal, 'read') && reachesNamespace(principal, namespace)
}

/** The fields that differ by request, and the blank line. */
function tailOf(requestId: string, rate: RateVerdict | null, nowMs: number): string {
  if (rate === null) return `x-request-id: ${requestId}\r\n\r\n`
  const { limit, policy } = renderRateLimit(rate, nowMs)
  return `x-request-id: ${requestId}\r\nratelimit: ${limit}\r\nratelimit-policy: ${policy}\r\n\r\n`
}
