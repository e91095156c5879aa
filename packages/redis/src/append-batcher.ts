import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'

interface Waiting {
  command: LogCommand
  resolve: (version: Version) => void
  reject: (error: unknown) => void
}

/** Keys in one record; a larger record would delay every poll that reads it. */
const MAX_KEYS_PER_RECORD = 1_000

/**
 * Group commit: while one append is on its way, what arrives meanwhile gathers for the next. So a lone write waits for
 * nothing, and under load one record and one round trip carry many commands.
 */
export class AppendBatcher {
  private readonly send: (commands: LogCommand[]) => Promise<Version>
  private waiting: Waiting[] = []
  private sending = false

  constructor(send: (commands: LogCommand[]) => Promise<Version>) {
    this.send = send
  }

  append(command: LogCommand): Promise<Version> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, resolve, reject })
      if (!this.sending) void this.drain()
    })
  }

  private async drain(): Promise<void> {
    this.sending = true
    // Whatever else arrives in this turn of the event loop, on other connections too, goes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.waiting.length > 0) {
      const batch = takeBatch(this.waiting)
      this.waiting = this.waiting.slice(batch.length)
      try {
        const version = await this.send(batch.map(({ command }) => command))
        for (const { resolve } of batch) resolve(version)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.sending = false
  }
}

/**
 * The longest run that may share one epoch. No key occurs twice in it: a write and a delete of the same key at the same
 * epoch would leave their order to chance, and a value that was deleted after it was written could live on. `all` concerns
 * every key and goes alone.
 */
function takeBatch(waiting: readonly Waiting[]): Waiting[] {
  const seen = new Set<string>()
  const batch: Waiting[] = []
  for (const item of waiting) {
    const { command } = item
    if (command.kind === 'all') return batch.length === 0 ? [item] : batch
    const { keys } = command
    if (batch.length > 0 && (keys.some((key) => seen.has(key)) || seen.size + keys.length > MAX_KEYS_PER_RECORD)) break
    for (const key of keys) seen.add(key)
    batch.push(item)
  }
  return batch
}
