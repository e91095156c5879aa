import type { LogSnapshot } from '@freshet/core/coherence/log'
import { formatVersion } from '@freshet/core/coherence/version'
import type { LogFollower } from '../log/log-follower.ts'
import type { LogMetrics } from '../metrics/log-metrics.ts'
import type { JobHandler } from './handler.ts'

export interface SnapshotOptions {
  follower: Pick<LogFollower, 'caughtUp' | 'position' | 'snapshot'>
  snapshots: { write(snapshot: LogSnapshot): Promise<boolean> }
  metrics: Pick<LogMetrics, 'snapshotted'>
}

/**
 * Writes down what this worker knows of the log. Not while it is behind: the log is kept as far back as the snapshot, and
 * another worker's may reach further.
 */
export function createSnapshot({ follower, snapshots, metrics }: SnapshotOptions): JobHandler<'log.snapshot'> {
  let written = ''
  return async () => {
    if (!follower.caughtUp)
      throw new Error('this worker is behind the log, and writes no snapshot before it has caught up')
    const position = follower.position && formatVersion(follower.position)
    // Millions of names take half a second to write down: not for a log of which nothing new was heard.
    if (position === null || position === written) return
    const snapshot = follower.snapshot()
    if (snapshot && (await snapshots.write(snapshot))) metrics.snapshotted(snapshot.index.length)
    written = position
  }
}
