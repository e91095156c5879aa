import type { Clock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import type { Origin, OriginReply } from '@freshet/core/origins/origin'
import { compileTemplate } from '@freshet/core/origins/template'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import { Agent } from 'undici'
import type { Cidr } from './address-rules.ts'
import { asKeyError, type LoadResults, loadBatches } from './batch-load.ts'
import { exchange, PLAIN_HEADERS } from './exchange.ts'
import { inParallel } from './in-parallel.ts'
import { createOriginGuard } from './origin-guard.ts'
import { readReply, type Warn } from './read-reply.ts'
import { createGuardedConnector, type LookupAll } from './ssrf-guard.ts'

export interface HttpOriginOptions {
  /** Secret headers already opened. */
  config: OriginConfig
  maxValueBytes: number
  /** Ranges that origins may have although they are not public. */
  allow: readonly Cidr[]
  clock: Clock
  /** 0 (included) to 1 (excluded), for the jitter of retries. */
  random: () => number
  warn: Warn
  /** The system's resolver unless a test says otherwise. */
  lookup?: LookupAll
}

/** An origin over HTTP/1.1 with connections, guard and breaker of its own. */
export function createHttpOrigin(options: HttpOriginOptions): Origin {
  const { config, maxValueBytes, allow, clock, random, warn, lookup } = options
  const agent = new Agent({
    connect: createGuardedConnector({ allow, lookup }, config.attemptTimeoutMs),
    connections: config.maxConcurrency,
    maxHeaderSize: 16_384,
  })
  const guard = createOriginGuard(config, clock, random)
  const urlOf = compileTemplate(config.url)
  const headers = {
    ...PLAIN_HEADERS,
    ...Object.fromEntries(config.headers.map((h) => [h.name.toLowerCase(), h.value])),
  }
  const work = createWorkCounter()
  let closed = false

  async function loadOne(key: string, signal: AbortSignal, endsAtMs: number): Promise<OriginReply> {
    if (closed) throw new AppError('origin_unavailable', 'This origin was replaced or shut down', { state: 'closed' })
    const url = urlOf(key)
    return guard.run(
      async (request) => {
        const answer = await exchange(agent, { method: 'GET', url, headers }, maxValueBytes, request)
        return readReply(answer, clock.wallMs(), warn)
      },
      { signal, retries: config.retries, endsAtMs },
    )
  }

  async function loadEach(keys: readonly string[], signal: AbortSignal, endsAtMs: number) {
    const results: LoadResults = new Map()
    await inParallel(keys, config.maxConcurrency, async (key) => {
      results.set(key, await loadOne(key, signal, endsAtMs).catch(asKeyError))
    })
    return results
  }

  return {
    load: (key, signal) => work.during(() => loadOne(key, signal, guard.deadlineEndsAtMs())),
    loadMany: (keys, signal) =>
      work.during(async () => {
        const endsAtMs = guard.deadlineEndsAtMs()
        const { batch } = config
        const results = await (batch === null
          ? loadEach(keys, signal, endsAtMs)
          : loadBatches({ dispatcher: agent, guard, config, batch, headers, maxValueBytes, warn, clock }, keys, {
              signal,
              retries: 0,
              endsAtMs,
            }))
        // Who went away gets no map of errors to be taken for the origin's word.
        signal.throwIfAborted()
        return results
      }),
    status: guard.status,
    async close() {
      await work.idle()
      closed = true
      await agent.destroy()
    },
  }
}

/** Knows when nothing is under way. Loads that still begin while somebody waits for that are waited for, too. */
function createWorkCounter() {
  let running = 0
  const waiting: (() => void)[] = []
  return {
    async during<T>(work: () => Promise<T>): Promise<T> {
      running++
      try {
        return await work()
      } finally {
        running--
        if (running === 0) for (const resolve of waiting.splice(0)) resolve()
      }
    },
    idle: (): Promise<void> => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}
