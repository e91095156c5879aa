import { AppError } from '../../errors/app-error.ts'
import type { Origin, OriginReply } from '../../origins/origin.ts'
import { LEASE_MS } from './plan.ts'
import type { Process } from './process.ts'
import { tagsOf } from './rows.ts'
import type { Row, Source } from './source.ts'
import type { World } from './world.ts'

/** Reads the row first and answers when it pleases: the gap in which an invalidation makes the answer old. */
export class ChaosOrigin implements Origin {
  /** Loads of a key that nobody has given up yet, most at a time: more than one is a stampede. */
  mostAtOnce = 0
  private readonly world: World
  private readonly process: Process
  private readonly source: Source
  private readonly running = new Map<string, number>()

  constructor(world: World, process: Process, source: Source) {
    this.world = world
    this.process = process
    this.source = source
  }

  async load(key: string, signal: AbortSignal): Promise<OriginReply> {
    const [reply] = await this.ask([key], signal)
    if (reply === undefined) throw new Error('unreachable: one reply per key')
    if (reply instanceof Error) throw reply
    return reply
  }

  async loadMany(keys: readonly string[], signal: AbortSignal): Promise<Map<string, OriginReply | Error>> {
    const replies = await this.ask(keys, signal)
    return new Map(keys.map((key, i) => [key, replies[i] ?? new Error('unreachable: one reply per key')]))
  }

  status() {
    return { breaker: 'closed' as const, inFlight: 0, queued: 0 }
  }

  async close(): Promise<void> {}

  private ask(keys: readonly string[], signal: AbortSignal): Promise<(OriginReply | Error)[]> {
    const { world, process, source } = this
    const { random, scheduler } = world
    return new Promise((resolve) => {
      const end = this.countRunning(keys, signal)
      world.note(() => `${process.name} begins to load ${keys.join(' ')}`)
      const hangs = world.strikes('hung load', 0.1)
      const answerMs = world.strikes('slow load', 0.5) ? random.between(20, 2 * LEASE_MS) : random.between(1, 20)
      scheduler.after(random.between(1, 10), null, () => {
        const replies = keys.map((key) => {
          const row = source.row(key)
          world.note(() => `${process.name} load of ${key} reads ${tell(row)}, answers in ${hangs ? '∞' : answerMs} ms`)
          return world.strikes('failed load', 0.3) ? new AppError('origin_failed', 'a bad day') : replyOf(key, row)
        })
        // The signal is ignored, as by a driver that cannot cancel a query.
        if (hangs) return
        scheduler.after(answerMs, process, () => {
          end()
          resolve(replies)
        })
      })
    })
  }

  private countRunning(keys: readonly string[], signal: AbortSignal): () => void {
    const add = (change: number) => {
      for (const key of keys) {
        const count = (this.running.get(key) ?? 0) + change
        this.running.set(key, count)
        this.mostAtOnce = Math.max(this.mostAtOnce, count)
      }
    }
    let counted = true
    const end = () => {
      if (counted) add(-1)
      counted = false
    }
    add(1)
    signal.addEventListener('abort', end)
    return end
  }
}

function replyOf(key: string, { n, present }: Row): OriginReply {
  if (!present) return { kind: 'absent', maxAgeMs: null, noStore: false }
  const lifetimes = { maxAgeMs: null, swrMs: null, sieMs: null, noStore: false }
  return { kind: 'found', body: bodyOf(n), contentType: 'text/plain', etag: null, tags: tagsOf(key, n), ...lifetimes }
}

/** A value tells the state of the row that it was made from. */
export function bodyOf(n: number): Buffer {
  return Buffer.from(String(n))
}

function tell({ n, present }: Row): string {
  return present ? String(n) : `${n} (no such row)`
}
