import { keysOf, type LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'

/** Matchers in one record; a larger record would delay every poll that reads it. */
const MAX_MATCHERS = 1_000

/** A record that calls may still join, and what all of them wait for. */
export class OpenRecord {
  readonly commands: LogCommand[] = []
  /** One for all who joined: a promise for each would be garbage for each write. */
  readonly appended: Promise<Version>
  readonly resolve: (version: Version) => void
  readonly reject: (error: unknown) => void
  private readonly written = new Set<string>()
  private readonly ended = new Set<string>()
  private unnamed = false
  private matchers = 0

  constructor() {
    let resolve: (version: Version) => void = () => {}
    let reject: (error: unknown) => void = () => {}
    this.appended = new Promise((fulfil, refuse) => {
      resolve = fulfil
      reject = refuse
    })
    this.resolve = resolve
    this.reject = reject
  }

  /**
   * Whether one more call may share this epoch. A value that was written at an epoch outlives what was invalidated at that
   * same epoch. So a write shares none with what may concern its key: with another command that names the key (two values
   * of one version would differ, or a delete that came after the write would have no effect), nor with one that names no
   * keys (nobody knows here what a tag or a pattern matches). Invalidations among themselves may share one freely: the
   * index keeps maxima.
   */
  takes(commands: readonly LogCommand[]): boolean {
    if (this.commands.length === 0) return true
    let size = this.matchers
    for (const command of commands) {
      if (this.clashesWith(command)) return false
      size += matchersOf(command)
    }
    return size <= MAX_MATCHERS
  }

  /** What one call brought stays together, whatever else shares its record. */
  add(commands: readonly LogCommand[]): void {
    for (const command of commands) {
      this.commands.push(command)
      this.matchers += matchersOf(command)
      const keys = keysOf(command)
      if (keys.length === 0) this.unnamed = true
      const named = command.kind === 'put' ? this.written : this.ended
      for (const key of keys) named.add(key)
    }
  }

  private clashesWith(command: LogCommand): boolean {
    if (command.kind === 'put') {
      if (this.unnamed) return true
      for (const key of command.keys) if (this.written.has(key) || this.ended.has(key)) return true
      return false
    }
    if (command.kind !== 'keys') return this.written.size > 0
    for (const key of command.keys) if (this.written.has(key)) return true
    return false
  }
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
