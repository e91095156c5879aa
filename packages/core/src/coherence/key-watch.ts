import { concerns } from './concerns.ts'
import type { LogCommand, LogRecord } from './log-record.ts'
import type { Subject } from './subject.ts'
import type { Version } from './version.ts'

/** What may have put a value there: `all` too, since a record that nobody could read may have been a write. */
const WRITES: ReadonlySet<LogCommand['kind']> = new Set(['put', 'all'])

/** Whether anything befalls one key, and what was kept under it, in the log between now and a position to come. */
export interface KeyWatch {
  /**
   * Resolves once every record up to `own` was applied: true when what was seen of the key still stood then. `seen` is
   * the version of a value that must have outlived every other record; null for "there was nothing", which only a write
   * changes. False also when the generation ended meanwhile. Waits for as long as the log cannot be followed: the caller
   * sets the limit.
   */
  stoodUntil(own: Version, seen: Version | null): Promise<boolean>
  /** To be called in the end, whatever happened. */
  stop(): void
}

/** The keys that somebody watches, few and for milliseconds. */
export class KeyWatches {
  private readonly watches = new Set<Watch>()

  start(subject: Subject, generation: string | null): KeyWatch {
    const watch = new Watch(subject, generation, () => this.watches.delete(watch))
    this.watches.add(watch)
    return watch
  }

  /** To be told of each record as it is applied. */
  applied(record: LogRecord): void {
    for (const watch of this.watches) watch.applied(record)
  }

  /** To be told in the end of each poll; `whole`: no record between was trimmed away. */
  reached(generation: string, epoch: number, whole: boolean): void {
    for (const watch of this.watches) watch.reached(generation, epoch, whole)
  }
}

class Watch implements KeyWatch {
  readonly stop: () => void
  private readonly subject: Subject
  private readonly generation: string | null
  private position = 0
  private lost = false
  /** Records that concerned it. Which of them is the caller's own is known only later. */
  private readonly named: { epoch: number; removal: boolean }[] = []
  private settle: () => void = () => {}

  constructor(subject: Subject, generation: string | null, stop: () => void) {
    this.subject = subject
    this.generation = generation
    this.stop = stop
  }

  stoodUntil(own: Version, seen: Version | null): Promise<boolean> {
    return new Promise((resolve) => {
      this.settle = () => {
        if (this.lost || own.generation !== this.generation) return resolve(false)
        if (this.position < own.epoch) return
        const others = this.named.filter(({ epoch }) => epoch < own.epoch)
        resolve(others.every(({ epoch, removal }) => (seen === null ? removal : epoch <= seen.epoch)))
      }
      this.settle()
    })
  }

  applied({ epoch, commands }: LogRecord): void {
    for (const command of commands)
      if (concerns(command, this.subject)) this.named.push({ epoch, removal: !WRITES.has(command.kind) })
  }

  reached(generation: string, epoch: number, whole: boolean): void {
    if (generation !== this.generation || !whole) this.lost = true
    this.position = epoch
    this.settle()
  }
}
