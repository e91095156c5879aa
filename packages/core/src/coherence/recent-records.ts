import type { PollReply } from './log.ts'
import type { LogCommand, LogRecord } from './log-record.ts'
import type { Version } from './version.ts'

export interface RecentLimits {
  maxRecords: number
  /** Of the names in the records, about. */
  maxBytes: number
}

/** What came after a position, and how far that reaches. */
export interface RecentPage {
  readonly records: readonly LogRecord[]
  /** Nothing concerns anybody between the last of the records and this epoch. */
  readonly upTo: number
}

/** What a record costs beside its names: the objects that hold it. */
const RECORD_BYTES = 200

/**
 * The log's newest records as this process applied them, bounded, for those who follow the log through it. They lie without
 * a hole: where one came in the log (it was trimmed past us, a generation began), everything before it is forgotten, so that
 * a follower from before hears of the gap rather than of half of what happened.
 */
export class RecentRecords {
  private readonly limits: RecentLimits
  private generation: string | null = null
  /** Every record after this epoch, up to `applied`, is held. */
  private base = 0
  private applied = 0
  private records: LogRecord[] = []
  private bytes = 0

  constructor(limits: RecentLimits) {
    this.limits = limits
  }

  /** How far this process has come; null before the first poll was answered. */
  get position(): Version | null {
    return this.generation === null ? null : { generation: this.generation, epoch: this.applied }
  }

  /** To be told of each applied poll, and of `epoch`, how far it led. */
  note({ generation, records }: PollReply, epoch: number): void {
    if (generation !== this.generation) {
      this.forget(records[0] === undefined ? epoch : records[0].epoch - 1)
      this.generation = generation
    }
    for (const record of records) {
      if (record.epoch <= this.applied) continue
      if (record.epoch > this.applied + 1) this.forget(record.epoch - 1)
      this.records.push(record)
      this.bytes += bytesOf(record)
      this.applied = record.epoch
    }
    if (epoch > this.applied) this.forget(epoch)
    this.shrink()
  }

  /**
   * The records after a position, `maxNames` keys, tags and patterns at most (but always one record); null: some of them
   * are not held any more. A position that this process has not come to yet has nothing after it.
   */
  since({ generation, epoch }: Version, maxNames: number): RecentPage | null {
    if (generation !== this.generation || epoch < this.base) return null
    const from = epoch - this.base
    let names = 0
    let to = from
    for (; to < this.records.length; to++) {
      names += namesIn(this.records[to] as LogRecord)
      if (to > from && names > maxNames) break
    }
    const records = this.records.slice(from, to)
    return { records, upTo: records.at(-1)?.epoch ?? this.applied }
  }

  private forget(upTo: number): void {
    this.records = []
    this.bytes = 0
    this.base = upTo
    this.applied = upTo
  }

  /** Down to three quarters at once: one by one, each new record would move all the others. */
  private shrink(): void {
    const { maxRecords, maxBytes } = this.limits
    if (this.records.length <= maxRecords && this.bytes <= maxBytes) return
    let dropped = 0
    while (this.records.length - dropped > maxRecords * 0.75 || this.bytes > maxBytes * 0.75) {
      const oldest = this.records[dropped]
      if (oldest === undefined) break
      this.bytes -= bytesOf(oldest)
      dropped++
    }
    this.records.splice(0, dropped)
    this.base += dropped
  }
}

function bytesOf({ commands }: LogRecord): number {
  let bytes = RECORD_BYTES
  for (const command of commands) for (const name of namesOf(command)) bytes += 2 * name.length
  return bytes
}

function namesIn({ commands }: LogRecord): number {
  return commands.reduce((sum, command) => sum + namesOf(command).length, 0)
}

function namesOf(command: LogCommand): readonly string[] {
  switch (command.kind) {
    case 'keys':
    case 'put':
      return command.keys
    case 'tags':
      return command.tags
    case 'patterns':
      return command.patterns
    case 'namespaces':
      return command.namespaces
    case 'all':
    case 'swept':
      return []
  }
}
