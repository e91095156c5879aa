import type { ClusterOverview } from '@freshet/core/contracts/cluster-overview'
import { AppError } from '@freshet/core/errors/app-error'
import type { Log } from '../log.ts'
import { type ClusterReader, type ClusterReading, readCluster } from './cluster-reading.ts'
import { computeOverview } from './compute-overview.ts'
import { createNewestOnly } from './newest-only.ts'

const INTERVAL_MS = 1_000
/** How long looking goes on after the last listener left, so that a page that reloads finds figures at once. */
const LINGER_MS = 10_000
/** The first two looks are closer together: somebody is waiting for a difference. */
const FIRST_INTERVAL_MS = 300

export interface ClusterMonitor {
  /** The newest overview; when nobody was listening, the first one of a new series (about 0.3 s). */
  overview(): Promise<ClusterOverview>
  /** One overview a second, until the signal aborts or the monitor is closed. */
  watch(signal?: AbortSignal): AsyncGenerator<ClusterOverview, void>
  close(): void
}

/** Looks at the cluster while somebody listens: one series of readings for all of them, none when nobody does. */
export function createClusterMonitor(reader: ClusterReader, log: Log): ClusterMonitor {
  const { clock } = reader
  const listeners = new Set<(overview: ClusterOverview) => void>()
  const closing = new AbortController()
  let reading: ClusterReading | null = null
  let latest: ClusterOverview | null = null
  /** A look runs or is planned. */
  let busy = false
  let wantedUntilMs = 0

  async function look(): Promise<void> {
    const previous = reading
    reading = await readCluster(reader, previous)
    if (!previous) return
    latest = computeOverview(previous, reading)
    for (const tell of listeners) tell(latest)
  }

  async function lookOnAndOn(): Promise<void> {
    busy = true
    while (!closing.signal.aborted && (listeners.size > 0 || clock.monotonicMs() < wantedUntilMs)) {
      const startedMs = clock.monotonicMs()
      const intervalMs = reading ? INTERVAL_MS : FIRST_INTERVAL_MS
      await look().catch((err: unknown) => log.error({ err }, 'the cluster could not be looked at'))
      await sleep(Math.max(0, intervalMs - (clock.monotonicMs() - startedMs)))
    }
    // In the same turn as the last check: who comes later finds nobody busy and starts anew.
    busy = false
    // A difference to a reading of long ago would be an average over that time and no live figure.
    reading = null
    latest = null
  }

  function want(): void {
    wantedUntilMs = clock.monotonicMs() + LINGER_MS
    if (!busy) void lookOnAndOn()
  }

  async function* watch(signal?: AbortSignal): AsyncGenerator<ClusterOverview, void> {
    const stream = createNewestOnly<ClusterOverview>()
    if (latest) stream.push(latest)
    listeners.add(stream.push)
    want()
    try {
      yield* stream.read(signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
    } finally {
      listeners.delete(stream.push)
    }
  }

  return {
    watch,
    async overview() {
      for await (const overview of watch()) return overview
      throw new AppError('draining', 'The portal is shutting down')
    },
    close: () => closing.abort(),
  }
}

/** Keeps no process alive. */
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms).unref())
