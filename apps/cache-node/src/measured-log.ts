import type { Clock } from '@freshet/core/clock'
import type { InvalidationLog } from '@freshet/core/coherence/log'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { Histogram } from '@freshet/core/metrics/histogram'

/** Appends that wait to be seen; more than this and the oldest is given up. */
const MAX_WAITING = 10_000

/**
 * The log, with a stopwatch: how long from this node's append to the moment when its own follower applied it. One clock
 * measures both ends. The log does not know that it is measured.
 */
export class MeasuredLog implements InvalidationLog {
  private readonly log: InvalidationLog
  private readonly clock: Clock
  private readonly propagation: Histogram
  private readonly onError: () => void
  private readonly waiting = new Map<number, number>()
  private generation: string | null = null
  private applied = 0

  constructor(log: InvalidationLog, clock: Clock, propagation: Histogram, onError: () => void) {
    this.log = log
    this.clock = clock
    this.propagation = propagation
    this.onError = onError
  }

  async append(...commands: LogCommand[]): Promise<Version> {
    const startedMs = this.clock.monotonicMs()
    try {
      const version = await this.log.append(...commands)
      this.await(version, startedMs)
      return version
    } catch (error) {
      this.onError()
      throw error
    }
  }

  /** To be told after each poll. */
  noteApplied(generation: string | null, applied: number): void {
    if (generation !== this.generation) {
      this.generation = generation
      this.waiting.clear()
    }
    this.applied = applied
    const nowMs = this.clock.monotonicMs()
    for (const [epoch, startedMs] of this.waiting) {
      if (epoch > applied) continue
      this.propagation.record((nowMs - startedMs) * 1_000)
      this.waiting.delete(epoch)
    }
  }

  poll: InvalidationLog['poll'] = (generation, applied) => this.log.poll(generation, applied)
  onDoorbell: InvalidationLog['onDoorbell'] = (ring) => this.log.onDoorbell(ring)
  leave: InvalidationLog['leave'] = () => this.log.leave()
  readSnapshot: InvalidationLog['readSnapshot'] = () => this.log.readSnapshot()

  private await({ generation, epoch }: Version, startedMs: number): void {
    if (generation !== this.generation) return
    // The doorbell may bring our own record back before the append's own answer is processed.
    if (epoch <= this.applied) this.propagation.record((this.clock.monotonicMs() - startedMs) * 1_000)
    else if (this.waiting.size < MAX_WAITING && !this.waiting.has(epoch)) this.waiting.set(epoch, startedMs)
  }
}
