import { systemClock } from '@freshet/core/clock'
import type { Cache } from './cache.ts'
import { CacheClient } from './cache-client.ts'
import { errorOf } from './errors/read-problem.ts'
import { GetOrLoad } from './loads/get-or-load.ts'
import { ChangesPoller } from './near/changes-poller.ts'
import { NearCache } from './near/near-cache.ts'
import { type CacheOptions, readOptions } from './options.ts'
import type { Near, Parts } from './parts.ts'
import { HotKeys } from './routing/hot-keys.ts'
import { NodeBreakers } from './routing/node-breakers.ts'
import { Router } from './routing/router.ts'
import { TopologyFeed } from './routing/topology-feed.ts'
import { Tracing } from './tracing.ts'
import { attempt } from './transport/attempt.ts'
import { RetryBudget } from './transport/retry-budget.ts'
import { Sender } from './transport/sender.ts'
import { jsonCodec } from './values/codec.ts'

const PROBE_MS = 1_000

/**
 * A client of a Freshet cluster. Without options it takes FRESHET_URL and FRESHET_API_KEY. It does nothing until it is used;
 * make one for a process and keep it.
 *
 * @throws FreshetError `invalid` when an option is not as documented, or address or key are missing.
 */
export function createCache(options: CacheOptions = {}): Cache {
  const settings = readOptions(options)
  const { urls: seeds, routing, attemptTimeoutMs: attemptMs, deadlineMs } = settings
  const fetch = options.fetch ?? globalThis.fetch
  const onError = options.onError ?? (() => {})
  const nowMs = systemClock.monotonicMs
  const random = Math.random
  const tracing = new Tracing()
  const authorized = async () => ({ authorization: `Bearer ${await settings.credential()}` })
  const sender = new Sender({
    fetch,
    headers: async () => ({ ...tracing.headers(), ...(await authorized()) }),
    breakers: new NodeBreakers(),
    budget: new RetryBudget(),
    maxRepeats: settings.retries,
    onNodeFailure: () => topology?.noteFailure(),
    nowMs,
    random,
  })
  const never = new AbortController().signal
  const topology =
    routing === 'any'
      ? null
      : new TopologyFeed({
          seeds,
          ask: (etag) =>
            sender.send(
              {
                method: 'GET',
                path: '/api/topology',
                headers: etag === null ? {} : { 'if-none-match': etag },
                repeatable: true,
                accepts: [304],
              },
              seeds,
              attemptMs,
              never,
            ),
          probe: (url) =>
            attempt(fetch, url, { method: 'GET', path: '/livez', repeatable: true }, PROBE_MS, never).then(
              ({ status }) => status === 200,
              () => false,
            ),
          nowMs,
          random,
        })
  const router = new Router({ seeds, topology, hot: new HotKeys(settings.hotKeyPerSecond), nowMs, random })
  const parts: Parts = {
    sender,
    router,
    topology,
    near: settings.near === undefined ? null : makeNear(settings.near),
    tracing,
    codec: options.codec ?? jsonCodec,
    deadlineMs,
    attemptMs,
    nowMs,
    random,
    onError,
  }
  return new CacheClient(parts, new GetOrLoad(parts, settings.uncachedLoads), null)

  function makeNear(limits: { maxBytes: number; maxTtlMs: number }): Near {
    const cache = new NearCache(systemClock, limits)
    const ask = async (url: string, path: string, timeoutMs: number, signal: AbortSignal) => {
      // It goes on long after the call that began it, and so belongs to no trace.
      const question = { method: 'GET', path, headers: await authorized(), repeatable: true } as const
      const reply = await attempt(fetch, url, question, timeoutMs, signal)
      if (reply.status === 200) return reply
      throw errorOf(reply)
    }
    return { cache, poller: new ChangesPoller({ near: cache, ask, nodes: () => router.forAny(), onError }) }
  }
}
