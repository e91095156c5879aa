import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import { OpenRecord } from './open-record.ts'

/**
 * Group commit: while one append is on its way, what arrives meanwhile gathers for the next. So a lone write waits for
 * nothing, and under load one record and one round trip carry many commands.
 */
export class AppendBatcher {
  private readonly send: (commands: LogCommand[]) => Promise<Version>
  /** In their order; only the last may still grow, or a later command would come before an earlier one. */
  private waiting: OpenRecord[] = []
  private sending = false

  constructor(send: (commands: LogCommand[]) => Promise<Version>) {
    this.send = send
  }

  append(...commands: LogCommand[]): Promise<Version> {
    let record = this.waiting.at(-1)
    if (record === undefined || !record.takes(commands)) {
      record = new OpenRecord()
      this.waiting.push(record)
    }
    record.add(commands)
    if (!this.sending) void this.drain()
    return record.appended
  }

  private async drain(): Promise<void> {
    this.sending = true
    // Whatever else arrives in this turn of the event loop, on other connections too, goes along.
    await new Promise((resolve) => setImmediate(resolve))
    for (let record = this.waiting.shift(); record !== undefined; record = this.waiting.shift()) {
      try {
        record.resolve(await this.send(record.commands))
      } catch (error) {
        record.reject(error)
      }
    }
    this.sending = false
  }
}
