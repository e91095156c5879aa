import type { Clock } from '@freshet/core/clock'
import { Lag } from '../log/lag.ts'
import type { LogFollower } from '../log/log-follower.ts'
import type { LogPosition } from '../log/read-log-position.ts'
import type { StateMetrics } from './state-metrics.ts'

export interface ObserveStateOptions {
  readPosition: () => Promise<LogPosition>
  /** Dead letters of each queue. */
  countDeadLetters: () => Promise<Readonly<Record<string, number>>>
  follower: Pick<LogFollower, 'position'>
  metrics: StateMetrics
  clock: Clock
  onError: (error: unknown) => void
}

const OBSERVE_EVERY_MS = 1_000

/**
 * Looks every second how things stand. Not a job: any worker may take a job, and each has figures of its own to keep
 * current. While Redis cannot be asked, lags go on growing from what was known.
 *
 * @returns stops it
 */
export function observeState(options: ObserveStateOptions): () => void {
  const { clock, onError } = options
  const archive = new Lag()
  const snapshot = new Lag()
  let known: LogPosition | null = null
  let busy = false
  const look = async () => {
    // While Redis hangs a look waits for it; more of them would only queue up behind.
    if (busy) return
    busy = true
    try {
      known = await options.readPosition()
      const { generation, tail } = known
      archive.observe({ generation, tail, done: known.archived }, clock.monotonicMs())
      snapshot.observe({ generation, tail, done: known.snapshot }, clock.monotonicMs())
      for (const [queue, count] of Object.entries(await options.countDeadLetters()))
        options.metrics.deadLetters(queue, count)
    } catch (error) {
      onError(error)
    } finally {
      busy = false
    }
  }
  const tell = () => {
    if (known === null) return
    const { tail, records, members } = known
    const nowMs = clock.monotonicMs()
    options.metrics.log({
      records,
      members,
      archiveLag: { records: Math.max(0, tail - known.archived), seconds: archive.seconds(nowMs) },
      snapshotLag: { records: Math.max(0, tail - known.snapshot), seconds: snapshot.seconds(nowMs) },
    })
    options.metrics.followerLag(Math.max(0, tail - (options.follower.position?.epoch ?? 0)))
  }
  const timer = setInterval(() => {
    tell()
    void look()
  }, OBSERVE_EVERY_MS)
  void look()
  return () => clearInterval(timer)
}
