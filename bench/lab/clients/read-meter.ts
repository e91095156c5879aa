import { Histogram } from '@freshet/core/metrics/histogram'
import { Gaps } from '../oracle/gaps.ts'

const FAILURES_KEPT = 5

interface Answered {
  sentMs: number
  answeredMs: number
  fresh: boolean
  fromPeer: boolean
  /** Fresh, and nobody asked the origin. */
  freshHit: boolean
}

/** What clients saw of their reads, over a stretch of time. */
export class ReadMeter {
  reads = 0
  fresh = 0
  /** From the memory of another node than the one that was asked. */
  fromPeers = 0
  /** Attempts beyond the first. */
  retried = 0
  /** Reads that no node answered, and the last answers to some of them. */
  failures = 0
  readonly failureTexts: string[] = []
  /** As a client sees it, retries included; microseconds. */
  readonly latency = new Histogram()
  private readonly gaps = new Gaps()
  private readonly hitGaps = new Gaps()

  /** @param fromMs when the stretch begins: a gap that lasts already counts from here. */
  constructor(fromMs: number) {
    this.gaps.answered(fromMs)
    this.hitGaps.answered(fromMs)
  }

  answered({ sentMs, answeredMs, fresh, fromPeer, freshHit }: Answered): void {
    this.reads++
    this.latency.record((answeredMs - sentMs) * 1_000)
    if (fromPeer) this.fromPeers++
    if (freshHit) this.hitGaps.answered(answeredMs)
    if (!fresh) return
    this.fresh++
    this.gaps.answered(answeredMs)
  }

  failed(text: string): void {
    this.reads++
    this.failures++
    if (this.failureTexts.length < FAILURES_KEPT) this.failureTexts.push(text)
  }

  /** Longest stretch without any fresh answer, milliseconds. */
  longestWithoutFreshMs(nowMs: number): number {
    return this.gaps.longestMs(nowMs)
  }

  /** The same for answers that came from cache. */
  longestWithoutHitMs(nowMs: number): number {
    return this.hitGaps.longestMs(nowMs)
  }
}
