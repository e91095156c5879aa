import type { InvalidationLog, LogSnapshot, PollReply } from '../coherence/log.ts'
import type { LogCommand, LogRecord } from '../coherence/log-record.ts'
import type { Version } from '../coherence/version.ts'

/** The log in memory, for domain tests: appends at once, polls when told, can be cut off, trimmed and begun anew. */
export class FakeLog implements InvalidationLog {
  generation = '0000000000000001'
  /** While true every call fails, as with Redis away. */
  down = false
  private records: LogRecord[] = []
  private epoch = 0
  private readonly rings = new Set<() => void>()

  async append(...commands: LogCommand[]): Promise<Version> {
    if (this.down) throw new Error('the log is down')
    this.epoch++
    this.records.push({ epoch: this.epoch, commands })
    for (const ring of this.rings) ring()
    return { generation: this.generation, epoch: this.epoch }
  }

  async poll(generation: string | null, applied: number): Promise<PollReply> {
    if (this.down) throw new Error('the log is down')
    return this.read(generation === this.generation ? applied : 0)
  }

  /** What a poll from `applied` answers. */
  read(applied: number, pageSize = 1_000): PollReply {
    const records = this.records.filter(({ epoch }) => epoch > applied).slice(0, pageSize)
    return { generation: this.generation, tail: this.epoch, records, serverTimeMs: 1_700_000_000_000 }
  }

  trimBefore(epoch: number): void {
    this.records = this.records.filter((record) => record.epoch >= epoch)
  }

  beginGeneration(generation: string): void {
    this.generation = generation
    this.records = []
    this.epoch = 0
  }

  onDoorbell(ring: () => void): () => void {
    this.rings.add(ring)
    return () => this.rings.delete(ring)
  }

  async leave(): Promise<void> {}

  /** What a joining node will be given. */
  snapshot: LogSnapshot | null = null

  async readSnapshot(): Promise<LogSnapshot | null> {
    return this.snapshot
  }
}
