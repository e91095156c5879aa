import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../cluster/stage.ts'
import { Changer } from '../oracle/changer.ts'
import { Gaps } from '../oracle/gaps.ts'
import { noReads, type ReadCounts, since } from '../oracle/tally.ts'
import { between, pick, type Random } from '../workload/random.ts'
import { anyWideChange, anyWideKey, WIDE_KEYS } from '../workload/wide-keys.ts'
import { ReadMeter } from './read-meter.ts'
import { RoutedReader } from './routed-reader.ts'

export interface SteadyOptions {
  readers: number
  /** Between an answer and the same reader's next request, milliseconds. */
  readerPauseMs: number
  writers: number
  /** Longest pause between two changes of a writer, milliseconds. */
  writerPauseMs: number
}

/** What happened in a stretch of time. */
export interface Stretch {
  ms: number
  meter: ReadMeter
  /** Answers as the oracle saw them, of attempts that failed too. */
  answers: ReadCounts
  /** Loads that reached the source. */
  loads: number
  acknowledged: number
  /** Of these, for which a lease had to run out. */
  byLease: number
  refused: number
  longestWithoutFreshMs: number
  /** Fresh and from cache. */
  longestWithoutHitMs: number
  longestWithoutAcknowledgementMs: number
}

/** Readers of the keys that are read for the first time. */
const WARMERS = 8

/** Readers and writers that find their own way to whatever nodes there are, while somebody changes what nodes there are. */
export class SteadyTraffic {
  private readonly stage: Stage
  private readonly random: Random
  private readonly reader: RoutedReader
  private readonly changer: Changer
  private meter = new ReadMeter(performance.now())
  private acknowledgements = gapsFrom(performance.now())
  private began = { atMs: performance.now(), answers: noReads(), loads: 0, acknowledged: 0, byLease: 0, refused: 0 }
  private running = true
  private loops: Promise<void>[] = []

  constructor(stage: Stage, random: Random) {
    this.stage = stage
    this.random = random
    this.reader = new RoutedReader(stage, random)
    this.changer = new Changer(stage.oracle.rows)
  }

  /** Reads every key once: what is loaded for the first time is loaded whoever is there. */
  async warm(): Promise<void> {
    const keys = [...WIDE_KEYS]
    const read = async () => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) await this.reader.read(key, this.meter)
    }
    await Promise.all(Array.from({ length: WARMERS }, read))
  }

  start({ readers, readerPauseMs, writers, writerPauseMs }: SteadyOptions): void {
    const read = async () => {
      await this.reader.read(anyWideKey(this.random), this.meter)
      await sleep(readerPauseMs)
    }
    const write = async () => {
      await this.change()
      await sleep(between(this.random, 0, writerPauseMs))
    }
    this.loops = [...Array(readers).fill(read), ...Array(writers).fill(write)].map((turn) => this.loop(turn))
  }

  /** Resolves when an invalidation that began after this call was acknowledged; rejects when none is in time. */
  async untilAcknowledged(limitMs: number): Promise<void> {
    for (const untilMs = performance.now() + limitMs; performance.now() < untilMs; await sleep(50))
      if (await this.change()) return
    throw new Error(`nothing was acknowledged within ${limitMs} ms`)
  }

  /** What happened since the last call, or the start; a new stretch begins. */
  stretch(): Stretch {
    const { meter, began, acknowledgements } = this
    const now = this.look()
    this.began = now
    this.meter = new ReadMeter(now.atMs)
    this.acknowledgements = gapsFrom(now.atMs)
    return {
      ms: now.atMs - began.atMs,
      meter,
      answers: since(began.answers, now.answers),
      loads: now.loads - began.loads,
      acknowledged: now.acknowledged - began.acknowledged,
      byLease: now.byLease - began.byLease,
      refused: now.refused - began.refused,
      longestWithoutFreshMs: meter.longestWithoutFreshMs(now.atMs),
      longestWithoutHitMs: meter.longestWithoutHitMs(now.atMs),
      longestWithoutAcknowledgementMs: acknowledgements.longestMs(now.atMs),
    }
  }

  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  private look() {
    const { oracle, source } = this.stage
    const { members, lease, unsaid } = this.changer.tally.acknowledged
    return {
      atMs: performance.now(),
      answers: { ...oracle.reads },
      loads: source.loads,
      acknowledged: members + lease + unsaid,
      byLease: lease,
      refused: this.changer.tally.refused + this.changer.tally.failed,
    }
  }

  private async loop(turn: () => Promise<void>): Promise<void> {
    while (this.running) await turn()
  }

  /** @returns whether it was acknowledged. */
  private async change(): Promise<boolean> {
    const { keys, invalidation } = anyWideChange(this.random)
    const { nodes } = this.stage
    if (nodes.length === 0) return false
    const by = await this.changer.change(keys, invalidation, pick(this.random, nodes).client)
    if (by === null) return false
    this.acknowledgements.answered(performance.now())
    return true
  }
}

/** A gap that lasts already when a stretch begins counts from there. */
function gapsFrom(nowMs: number): Gaps {
  const gaps = new Gaps()
  gaps.answered(nowMs)
  return gaps
}
