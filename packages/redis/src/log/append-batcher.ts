import { keysOf, type LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'

/** What one call brought: it stays together, whatever else shares its record. */
interface Waiting {
  commands: readonly LogCommand[]
  resolve: (version: Version) => void
  reject: (error: unknown) => void
}

/** Matchers in one record; a larger record would delay every poll that reads it. */
const MAX_MATCHERS_PER_RECORD = 1_000

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

  append(...commands: LogCommand[]): Promise<Version> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ commands, resolve, reject })
      if (!this.sending) void this.drain()
    })
  }

  private async drain(): Promise<void> {
    this.sending = true
    // Whatever else arrives in this turn of the event loop, on other connections too, goes along.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, countOfOneRecord(this.waiting))
      this.waiting = this.waiting.slice(batch.length)
      try {
        const version = await this.send(batch.flatMap(({ commands }) => commands))
        for (const { resolve } of batch) resolve(version)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.sending = false
  }
}

/**
 * How many of the first calls may share one epoch. A value that was written at an epoch outlives what was invalidated at
 * that same epoch. So a write shares none with what may concern its key: with another command that names the key (two
 * values of one version would differ, or a delete that came after the write would have no effect), nor with one that names
 * no keys (nobody knows here what a tag or a pattern matches). Invalidations among themselves may share one freely: the
 * index keeps maxima.
 */
function countOfOneRecord(waiting: readonly Waiting[]): number {
  const written = new Set<string>()
  const ended = new Set<string>()
  let unnamed = false
  let matchers = 0
  for (const [count, { commands }] of waiting.entries()) {
    const size = commands.reduce((sum, command) => sum + matchersOf(command), 0)
    const clashes = commands.some((command) => {
      if (command.kind === 'put') return unnamed || command.keys.some((key) => written.has(key) || ended.has(key))
      if (command.kind === 'keys') return command.keys.some((key) => written.has(key))
      return written.size > 0
    })
    if (count > 0 && (clashes || matchers + size > MAX_MATCHERS_PER_RECORD)) return count
    matchers += size
    for (const command of commands) {
      const keys = keysOf(command)
      if (keys.length === 0) unnamed = true
      for (const key of keys) (command.kind === 'put' ? written : ended).add(key)
    }
  }
  return waiting.length
}

function matchersOf(command: LogCommand): number {
  switch (command.kind) {
    case 'keys':
    case 'put':
      return command.keys.length
    case 'tags':
      return command.tags.length
    case 'patterns':
      return command.patterns.length
    case 'namespaces':
      return command.namespaces.length
    case 'all':
    case 'swept':
      return 1
  }
}
