import { AppError } from '../errors/app-error.ts'
import { within } from '../within.ts'

/** Lets one at a time work on a key in this process, in order of arrival. */
export class Turns {
  /** Resolves when the last in the queue of a key is done; a key that nobody works on is not here. */
  private readonly queues = new Map<string, Promise<void>>()
  private readonly maxWaitMs: number

  constructor(maxWaitMs: number) {
    this.maxWaitMs = maxWaitMs
  }

  /** Runs `work` when those who came before are done. Rejects with `conflict` when they take longer than `maxWaitMs`. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(key)
    let leave = () => {}
    const here = new Promise<void>((resolve) => {
      leave = resolve
    })
    // Whoever gives up leaves at once, and those behind it still wait for those before it.
    const done = before === undefined ? here : before.then(() => here)
    this.queues.set(key, done)
    void done.then(() => {
      if (this.queues.get(key) === done) this.queues.delete(key)
    })
    try {
      if (
        before !== undefined &&
        (await within(
          before.then(() => true),
          this.maxWaitMs,
        )) === null
      )
        throw new AppError('conflict', 'Other conditional writes of this key are under way; try again', {
          retryAfterMs: 1_000,
        })
      return await work()
    } finally {
      leave()
    }
  }

  /** Keys that somebody works on. */
  get size(): number {
    return this.queues.size
  }
}
