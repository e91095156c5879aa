import type { Clock } from '@freshet/core/clock'
import type { ClusterOverview } from '@freshet/core/contracts/cluster-overview'
import { type Fetch, scrapeNode } from '@freshet/core/metrics/scrape-node'
import type { ControlPublisher } from '@freshet/redis/control-publisher'
import type { NodeRegistry } from '@freshet/redis/node-registry'
import type { Log } from '../log.ts'
import type { ClusterReading } from './cluster-reading.ts'
import { computeOverview } from './compute-overview.ts'

const INTERVAL_MS = 1_000
/** How long looking goes on after the last listener left, so that a page that reloads finds figures at once. */
const LINGER_MS = 10_000
/** The first two looks are closer together: somebody is waiting for a difference. */
const FIRST_INTERVAL_MS = 300

export interface ClusterMonitor {
  /** The newest overview; when nobody was listening, the first one of a new series (about 0.3 s). */
  overview(): Promise<ClusterOverview>
  /** One overview a second, until the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIterable<ClusterOverview>
  close(): void
}

export interface ClusterMonitorOptions {
  registry: Pick<NodeRegistry, 'list'>
  publisher: Pick<ControlPublisher, 'inspect'>
  fetch: Fetch
  token: string
  clock: Clock
  log: Log
}

/** Looks at the cluster while somebody listens: one series of readings for all of them, none when nobody does. */
export function createClusterMonitor(options: ClusterMonitorOptions): ClusterMonitor {
  const { registry, publisher, fetch, token, clock, log } = options
  const listeners = new Set<(overview: ClusterOverview) => void>()
  let reading: ClusterReading | null = null
  let latest: ClusterOverview | null = null
  let timer: NodeJS.Timeout | null = null
  let looking = false
  let wantedUntilMs = 0
  let closed = false

  async function look(): Promise<void> {
    const previous: ClusterReading | null = reading
    const current = await read(previous)
    reading = current
    if (!previous) return
    latest = computeOverview(previous, current)
    for (const tell of listeners) tell(latest)
  }

  async function read(previous: ClusterReading | null): Promise<ClusterReading> {
    // Redis away: the nodes known so far are asked all the same, because they answer without it.
    const announced = await registry.list().catch(() => previous?.nodes.map(({ announcement }) => announcement) ?? [])
    const held = publisher.inspect().catch(() => null)
    const nodes = await Promise.all(
      announced.map(async (announcement) => {
        const metrics = await scrapeNode(fetch, announcement.url, token)
        const before = previous?.nodes.find((node) => node.announcement.id === announcement.id)?.known ?? null
        return { announcement, metrics, known: metrics ? { metrics, at: clock.wallMs() } : before }
      }),
    )
    return { at: clock.wallMs(), nodes, controlRevision: (await held)?.revision ?? null }
  }

  /** Keeps one look running or planned, until nobody has wanted one for a while. */
  function plan(delayMs: number): void {
    if (closed || looking || timer) return
    timer = setTimeout(async () => {
      timer = null
      looking = true
      const startedMs = clock.monotonicMs()
      const first = reading === null
      await look().catch((err: unknown) => log.error({ err }, 'the cluster could not be looked at'))
      looking = false
      if (listeners.size > 0 || clock.monotonicMs() < wantedUntilMs)
        plan(first ? FIRST_INTERVAL_MS : Math.max(0, INTERVAL_MS - (clock.monotonicMs() - startedMs)))
      else {
        // A difference to a reading of long ago would be an average over that time and no live figure.
        reading = null
        latest = null
      }
    }, delayMs)
    timer.unref()
  }

  function want(): void {
    wantedUntilMs = clock.monotonicMs() + LINGER_MS
    plan(0)
  }

  return {
    overview() {
      want()
      if (latest) return Promise.resolve(latest)
      return new Promise((resolve) => {
        const tell = (overview: ClusterOverview) => {
          listeners.delete(tell)
          resolve(overview)
        }
        listeners.add(tell)
      })
    },
    async *watch(signal) {
      // Only the newest one waits: a slow client skips seconds and does not fall behind.
      let waiting: ClusterOverview | null = latest
      let wake = () => {}
      const tell = (overview: ClusterOverview) => {
        waiting = overview
        wake()
      }
      const stop = () => wake()
      signal?.addEventListener('abort', stop)
      listeners.add(tell)
      want()
      try {
        while (!signal?.aborted && !closed) {
          if (waiting) {
            const overview = waiting
            waiting = null
            yield overview
          } else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        listeners.delete(tell)
        signal?.removeEventListener('abort', stop)
      }
    },
    close() {
      closed = true
      if (timer) clearTimeout(timer)
    },
  }
}
