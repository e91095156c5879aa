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

/** Where commands are appended. */
export interface AppendLog {
  /**
   * Appends commands as one record; resolves to their position. Rejects with AppError `log_unavailable` when the append
   * failed or its fate is unknown: then nothing was promised and the caller may retry.
   */
  append(...commands: LogCommand[]): Promise<Version>
}

/** The invalidation log, as a node sees it. */
export interface InvalidationLog extends AppendLog {
  /**
   * Registers this member at `applied` and reads what follows, in one step. `generation` is null before the first
   * answer.
   */
  poll(generation: string | null, applied: number): Promise<PollReply>
  /** Rings when something was appended; a hint only, truth comes by polling. Returns a function that stops it. */
  onDoorbell(ring: () => void): () => void
  /** Takes this member off the list; a node that leaves in good order. */
  leave(): Promise<void>
  /** What the log said up to some position, for a node that joins; null when nobody wrote one in this generation. */
  readSnapshot(): Promise<LogSnapshot | null>
}

/** A node as the log knows it. */
export interface Member {
  nodeId: string
  /** Random per process: a restarted node is another member. */
  incarnation: string
  /** The epoch that it said it had applied, in its last poll. */
  applied: number
  /**
   * The number of its last poll among those of all members, so that no two polls of a generation share one: whoever still
   * has the same a lease later has no lease.
   */
  polls: number
  /** The lease that it gives itself, milliseconds. */
  leaseMs: number
}

export interface MemberTable {
  generation: string
  /** The log's newest epoch. */
  tail: number
  members: readonly Member[]
}

/** Who must have applied an invalidation before it is acknowledged. Both reject with `log_unavailable`. */
export interface LogMembers {
  members(): Promise<MemberTable>
  /**
   * Takes a member off the list if its `polls` still is what it was when the caller saw it, a full lease ago on the
   * caller's own clock (rule reapSafe). Says whether it did.
   */
  reap(generation: string, member: Pick<Member, 'nodeId' | 'incarnation' | 'polls'>): Promise<boolean>
}

/** An encoded index (`InvalidationIndex.encode`) that covers every record up to `epoch` (rule snap). */
export interface LogSnapshot {
  generation: string
  epoch: number
  index: Buffer
}
