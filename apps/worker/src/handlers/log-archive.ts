import type { Version } from '@freshet/core/coherence/version'
import type { ArchiveOutcome, ArchivePage } from '@freshet/db/audit/archive-page'
import type { LogArchive, UnarchivedGeneration } from '@freshet/redis/log/log-archive'
import type { LogMetrics } from '../metrics/log-metrics.ts'
import type { JobHandler, JobRun } from './handler.ts'

/** Records in one page, and so in one transaction; a page of large ones ends earlier. */
const PAGE_RECORDS = 500

/** The audit, as the archive writes it (packages/db). */
export interface Audit {
  archivedUpTo(generation: string): Promise<number>
  /** As one transaction; exactly once, whoever repeats it. */
  archive(page: ArchivePage): Promise<ArchiveOutcome>
}

export interface ArchiveOptions {
  source: Pick<LogArchive, 'generations' | 'read' | 'confirm'>
  audit: Audit
  metrics: Pick<LogMetrics, 'archived'>
}

/**
 * Moves the log into the audit until nothing is left: generations that ended first, then the current one. How far it has
 * come lies in the database, beside the rows themselves. Redis is told after the commit, so that what may be trimmed is
 * in the audit for certain; a worker that dies between the two leaves it told too little, never too much.
 */
export function createArchive(options: ArchiveOptions): JobHandler<'log.archive'> {
  let running: AbortSignal | null = null
  return async (_payload, run) => {
    // The next job begins a second after this one. Two at once would only wait for each other's transactions. One past
    // its limit does not count: what it hangs on may never answer.
    if (running !== null && !running.aborted) return
    running = run.signal
    try {
      const failures: unknown[] = []
      // One whose stream cannot be read or written down must not keep all that follow it out of the audit.
      for (const generation of await options.source.generations())
        await archiveGeneration(options, generation, run).catch((error) => failures.push(error))
      if (failures.length > 0) throw failures[0]
    } finally {
      if (running === run.signal) running = null
    }
  }
}

async function archiveGeneration(
  { source, audit, metrics }: ArchiveOptions,
  unarchived: UnarchivedGeneration,
  run: Pick<JobRun<'log.archive'>, 'signal' | 'shouldYield'>,
): Promise<void> {
  const { generation } = unarchived
  const position: Version = { generation, epoch: await audit.archivedUpTo(generation) }
  let after = position.epoch
  while (!run.shouldYield()) {
    const page = await source.read(unarchived, after, PAGE_RECORDS)
    run.signal.throwIfAborted()
    if (page !== null && page.upTo > after) {
      const { archivedUpTo, written, puts, lost } = await audit.archive(page)
      metrics.archived({ records: page.records.length, entries: written, puts, lost })
      after = archivedUpTo
    }
    // Told also when there was nothing new: Redis may have forgotten what it was told.
    await source.confirm({ generation, epoch: after })
    if (page === null || page.records.length === 0) return
  }
}
