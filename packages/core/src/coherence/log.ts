import type { LogCommand, LogRecord } from './log-record.ts'
import type { Version } from './version.ts'

/** One answer of `poll`. */
export interface PollReply {
  generation: string
  /** The log's newest epoch when the poll ran. */
  tail: number
  /** Records after the position that was asked from, in order; fewer than there are when the page was full. */
  records: readonly LogRecord[]
  /** Redis TIME, epoch milliseconds: the cluster's one clock for deadlines. */
  serverTimeMs: number
}

/** The invalidation log, as a node sees it. */
export interface InvalidationLog {
  /**
   * Appends commands; resolves to their position. Rejects with AppError `log_unavailable` when the append failed or its
   * fate is unknown: then nothing was promised and the caller may retry.
   */
  append(command: LogCommand): Promise<Version>
  /**
   * Registers this member at `applied` and reads what follows, in one step. `generation` is null before the first
   * answer.
   */
  poll(generation: string | null, applied: number): Promise<PollReply>
  /** Rings when something was appended; a hint only, truth comes by polling. Returns a function that stops it. */
  onDoorbell(ring: () => void): () => void
  /** Takes this member off the list; a node that leaves in good order. */
  leave(): Promise<void>
}
