import type { LogRecord } from '@freshet/core/coherence/log-record'
import type { Db } from '../client.ts'

/** A record of the log on its way into the audit. */
export interface ArchivableRecord extends LogRecord {
  /** When it was appended, epoch milliseconds on Redis's clock; left out: the log does not say, and the audit takes its own time. */
  atMs?: number
}

/** What an archivist read: everything that one generation's log still holds after an epoch, up to another. */
export interface ArchivePage {
  generation: string
  /** The page was read from behind this epoch: what `archivedUpTo` answered just before. */
  after: number
  /** In the order of their epochs. An epoch that is missing among them is lost, and becomes part of a gap row. */
  records: readonly ArchivableRecord[]
  /** The epoch up to which the page speaks, when that is further than its last record. */
  upTo?: number
}

export interface ArchiveOutcome {
  /** The epoch up to which this generation is in the audit now: the log may be trimmed up to here. */
  archivedUpTo: number
  /** Entries written by this call; 0 when everything was there already. */
  written: number
  /** Writes of values that this call counted. */
  puts: number
  /** Epochs that nobody can archive any more. */
  lost: number
}

/**
 * Puts a page into the audit, as one transaction. Exactly once: what is archived already changes nothing, whoever
 * repeats it and however the first attempt ended. Rejects when the page leaves out epochs between the archive's position
 * and `after`, or with an error that `isDatabaseUnavailable` knows: then nothing was written, and the caller asks
 * `archivedUpTo` anew.
 */
export type ArchiveRecords = (db: Db, page: ArchivePage) => Promise<ArchiveOutcome>

/** The epoch up to which a generation is in the audit; 0 when nothing of it is. */
export type ArchivedUpTo = (db: Db, generation: string) => Promise<number>
