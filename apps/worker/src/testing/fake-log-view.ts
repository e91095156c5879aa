import { Follower } from '@freshet/core/coherence/follower'
import type { Judged, Verdict } from '@freshet/core/coherence/generations'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'

const MOMENT = { monotonicMs: 0, wallMs: 0 }

/** A worker's knowledge of a log that exists in the test alone; `tell` appends to it and is known at once. */
export class FakeLogView {
  caughtUp = true
  readonly appended: LogCommand[] = []
  private readonly follower = new Follower(0)
  private generation = '000000000000000a'
  private tail = 0

  constructor() {
    this.read()
  }

  get position(): Version | null {
    return this.follower.version()
  }

  judge(key: string, entry: Judged): Verdict {
    return this.follower.judge(key, entry)
  }

  nowMs(): number {
    return 1_000
  }

  /** Appends commands as one record. */
  async append(...commands: LogCommand[]): Promise<Version> {
    this.appended.push(...commands)
    this.tail++
    this.read({ epoch: this.tail, commands })
    return { generation: this.generation, epoch: this.tail }
  }

  /** Redis lost what it had. */
  beginGeneration(name: string): void {
    this.generation = name
    this.tail = 0
    this.read()
  }

  private read(...records: { epoch: number; commands: LogCommand[] }[]): void {
    this.follower.apply({ generation: this.generation, tail: this.tail, records, serverTimeMs: 0 }, MOMENT)
  }
}
