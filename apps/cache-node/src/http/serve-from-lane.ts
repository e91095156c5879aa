import { hasScope, type Principal, reachesNamespace } from '@freshet/core/access/permissions'
import { formatVersion } from '@freshet/core/coherence/version'
import type { Entry } from '@freshet/core/entries/entry'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { Authenticator } from './auth/authenticator.ts'
import type { Credential } from './auth/credential.ts'
import { type RateLimits, renderRateLimit } from './auth/rate-limits.ts'
import { ageSeconds, renderCacheControl, renderTags, ttlSeconds } from './caching-headers.ts'
import { flatten, type LaneHandler, type LaneHeaders, type LaneReply } from './lane/lane-handler.ts'
import type { NodeServices } from './node-services.ts'
import type { RequestIds } from './request-id.ts'

/** What a connection's credential came to. */
interface Session {
  credential: Credential
}

/** The part of a reply that is the same for a whole second, kept beside its entry. */
interface RenderedHead {
  second: number
  text: string
}

/**
 * Answers L1 hits on the fast lane with everything the long way does: credential, scope, namespace, rate, freshness,
 * conditional requests, metrics. Whatever is not a plain fresh hit, errors included, is left to node:http.
 */
export function serveFromLane(
  services: NodeServices,
  authenticator: Authenticator,
  limits: RateLimits,
  requestIds: RequestIds,
): LaneHandler<Session> {
  const { cache, recorder, clock, clusterClock } = services
  const found = new WeakMap<Entry, RenderedHead>()
  const notModified = new WeakMap<Entry, RenderedHead>()
  const latency = recorder.histogramOf('get_l1')

  function open({ authorization }: LaneHeaders): Session | null {
    const credential = authorization === null ? undefined : authenticator.lookup(authorization)
    return credential === undefined ? null : { credential }
  }

  function hit(key: string, headers: LaneHeaders, session: Session): LaneReply | null {
    const startedMs = clock.monotonicMs()
    const { credential } = session
    if (!authenticator.stands(credential)) return null
    const namespace = namespaceOf(key)
    if (!mayRead(credential.principal, namespace)) return null
    const entry = cache.peekFresh(key)
    if (entry === null) return null
    const rate = limits.take(credential, 'read', startedMs)
    // The token is gone, and node:http will find none either: it words the refusal.
    if (rate !== null && !rate.allowed) return null

    const unchanged = headers.ifNoneMatch === entry.etag
    if (unchanged) recorder.requests.notModified++
    else {
      recorder.requests.ok++
      recorder.bytesServed += entry.body.length
    }
    recorder.hits.l1++
    recorder.namespace(namespace).hits++
    let tail = `X-Request-Id: ${headers.requestId ?? requestIds.next()}\r\n`
    if (rate !== null) {
      const { limit, policy } = renderRateLimit(rate, startedMs)
      tail += `RateLimit: ${limit}\r\nRateLimit-Policy: ${policy}\r\n`
    }
    latency.record((clock.monotonicMs() - startedMs) * 1_000)
    return {
      head: unchanged ? headOf(entry, notModified, renderNotModified) : headOf(entry, found, renderFound),
      tail: `${tail}\r\n`,
      body: unchanged ? null : entry.body,
    }
  }

  function headOf(entry: Entry, heads: typeof found, render: typeof renderFound): string {
    const nowMs = clusterClock.nowMs()
    const second = Math.floor(nowMs / 1_000)
    const known = heads.get(entry)
    if (known?.second === second) return known.text
    const text = flatten(render(entry, nowMs))
    heads.set(entry, { second, text })
    return text
  }

  return { open, hit }
}

function mayRead(principal: Principal, namespace: string): boolean {
  return hasScope(principal, 'read') && reachesNamespace(principal, namespace)
}

/** Status line and fields, open at the end for what differs by request. */
function renderFound(entry: Entry, nowMs: number): string {
  return (
    `HTTP/1.1 200 OK\r\nContent-Type: ${entry.contentType}\r\nContent-Length: ${entry.body.length}\r\n` +
    `X-Content-Type-Options: nosniff\r\n${renderShared(entry, nowMs)}`
  )
}

function renderNotModified(entry: Entry, nowMs: number): string {
  return `HTTP/1.1 304 Not Modified\r\n${renderShared(entry, nowMs)}`
}

function renderShared(entry: Entry, nowMs: number): string {
  const tags = entry.tags.length > 0 ? `Surrogate-Key: ${renderTags(entry.tags)}\r\n` : ''
  return (
    `Date: ${new Date(nowMs).toUTCString()}\r\nETag: ${entry.etag}\r\nAge: ${ageSeconds(entry, nowMs)}\r\n` +
    `Cache-Control: ${renderCacheControl(entry)}\r\n` +
    `Cache-Status: freshet; hit; ttl=${ttlSeconds(entry, nowMs)}; detail=l1\r\n` +
    `Freshet-Version: ${formatVersion(entry.version)}\r\n${tags}`
  )
}
