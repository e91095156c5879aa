import { Counter, Gauge, type Registry } from 'prom-client'

/** What the upkeep of the log has done. */
export interface LogMetrics {
  archived(outcome: { records: number; entries: number; puts: number; lost: number }): void
  snapshotted(bytes: number): void
  trimmed(records: number): void
  reaped(members: number): void
}

export function createLogMetrics(registry: Registry): LogMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] })
  const records = counter('log_archived_records_total', 'Records of the log that were moved into the audit')
  const entries = counter('audit_entries_written_total', 'Entries of the audit that the archive wrote')
  const puts = counter('log_archived_puts_total', 'Writes of values, which the audit counts and does not list')
  const lost = counter(
    'log_lost_records_total',
    'Records that were trimmed before the audit had them; gaps in the audit',
  )
  const trimmed = counter('log_trimmed_records_total', 'Records cut off because audit and snapshot cover them')
  const reaped = counter('log_members_reaped_total', 'Members taken off the list because they stood still for a lease')
  const snapshotBytes = new Gauge({
    name: 'log_snapshot_bytes',
    help: 'Size of the last snapshot that this worker wrote',
    registers: [registry],
  })
  return {
    archived: (outcome) => {
      records.inc(outcome.records)
      entries.inc(outcome.entries)
      puts.inc(outcome.puts)
      lost.inc(outcome.lost)
    },
    snapshotted: (bytes) => snapshotBytes.set(bytes),
    trimmed: (count) => trimmed.inc(count),
    reaped: (count) => reaped.inc(count),
  }
}
