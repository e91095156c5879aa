import { Gauge, type Registry } from 'prom-client'

/** How things stand, whichever worker does the work: every worker tells the same. */
export interface LogState {
  /** Records that the log still has. */
  records: number
  /** Members that acknowledgements wait for. */
  members: number
  /** Records and seconds by which the audit is behind. */
  archiveLag: { records: number; seconds: number }
  /** The same of the snapshot. */
  snapshotLag: { records: number; seconds: number }
}

export interface StateMetrics {
  log(state: LogState): void
  /** Epochs by which this worker's own knowledge of the log is behind. */
  followerLag(epochs: number): void
  deadLetters(queue: string, count: number): void
}

export function createStateMetrics(registry: Registry): StateMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const records = gauge('log_records', 'Records that the log holds')
  const members = gauge('log_members', 'Nodes that an acknowledgement waits for')
  const archiveRecords = gauge('log_archive_lag_records', 'Records that the audit does not have yet')
  const archiveSeconds = gauge(
    'log_archive_lag_seconds',
    'For how long the oldest record that the audit lacks has waited',
  )
  const snapshotRecords = gauge('log_snapshot_lag_records', 'Records that the snapshot does not cover yet')
  const snapshotSeconds = gauge(
    'log_snapshot_lag_seconds',
    'For how long the oldest record after the snapshot has waited',
  )
  const follower = gauge('worker_log_lag_epochs', "Epochs by which this worker's own view of the log is behind")
  const deadLetters = new Gauge({
    name: 'worker_dead_letters',
    help: 'Jobs that failed at every attempt and wait to be run again by hand, by queue',
    labelNames: ['queue'],
    registers: [registry],
  })
  return {
    log: (state) => {
      records.set(state.records)
      members.set(state.members)
      archiveRecords.set(state.archiveLag.records)
      archiveSeconds.set(state.archiveLag.seconds)
      snapshotRecords.set(state.snapshotLag.records)
      snapshotSeconds.set(state.snapshotLag.seconds)
    },
    followerLag: (epochs) => follower.set(epochs),
    deadLetters: (queue, count) => deadLetters.set({ queue }, count),
  }
}
