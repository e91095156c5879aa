import { encodeIndex } from '@freshet/core/coherence/index-codec'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import type { LogSnapshot, PollReply } from '@freshet/core/coherence/log'
import type { LogCommand, LogRecord } from '@freshet/core/coherence/log-record'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LogFollower } from './log-follower.ts'

const [G, H] = ['000000000000000a', '000000000000000b']
const entry = (epoch: number, generation = G) => ({ version: { generation, epoch }, stamp: epoch, tags: ['sale'] })

/** A log in memory, of which a reader gets two records at a time. */
class Log {
  generation = G
  records: LogRecord[] = []
  tail = 0
  snapshot: LogSnapshot | null = null
  away = false

  append(...commands: LogCommand[]): void {
    this.tail++
    this.records.push({ epoch: this.tail, commands })
  }

  async readAfter(generation: string | null, applied: number): Promise<PollReply> {
    if (this.away) throw new Error('Redis is away')
    const from = generation === this.generation ? applied : 0
    const records = this.records.filter(({ epoch }) => epoch > from).slice(0, 2)
    return { generation: this.generation, tail: this.tail, records, serverTimeMs: 5_000_000 }
  }

  async readSnapshot(): Promise<LogSnapshot | null> {
    if (this.away) throw new Error('Redis is away')
    return this.snapshot
  }
}

let log: Log
let clock: ManualClock
let follower: LogFollower
let heard: string[]
const common = () => ({ log, clock, fenceMs: 3_000, onGeneration: () => {}, onError: () => {} })
beforeEach(() => {
  log = new Log()
  clock = new ManualClock()
  heard = []
  follower = new LogFollower({ ...common(), onGeneration: (name) => void heard.push(name) })
})
afterEach(() => follower.stop())

const at = (epoch: number, generation = G) =>
  expect.poll(() => follower.position, { timeout: 5_000, interval: 5 }).toEqual({ generation, epoch })

test('it reads to the end, page after page, and judges by all of it', async () => {
  for (let n = 1; n <= 5; n++) log.append({ kind: 'keys', keys: [`shop:${n}`] })
  follower.start()
  await at(5)
  expect(follower.caughtUp).toBe(true)
  expect(follower.judge('shop:5', entry(4))).toBe('dead')
  expect(follower.judge('shop:6', entry(4))).toBe('valid')
  expect(heard.at(-1)).toBe(G)
  expect(follower.nowMs()).toBeCloseTo(5_000_000, -3)
})

test('it begins from the snapshot, and knows what was trimmed before it came', async () => {
  const index = new InvalidationIndex()
  index.note({ kind: 'keys', keys: ['shop:1'] }, 3)
  log.snapshot = { generation: G, epoch: 7, index: encodeIndex(index) }
  log.tail = 7
  log.append({ kind: 'keys', keys: ['shop:2'] })
  follower.start()
  await at(8)
  expect(follower.judge('shop:1', entry(2))).toBe('dead')
  expect(follower.judge('shop:2', entry(2))).toBe('dead')
  expect(follower.judge('shop:9', entry(2))).toBe('valid')
  // What only the snapshot tells of is a reason for a sweep some day.
  expect(follower.unsweptFacts.anyFromMs).not.toBeNull()
})

test('without a snapshot, what was trimmed may have ended anything', async () => {
  log.tail = 7
  log.append({ kind: 'keys', keys: ['shop:2'] })
  follower.start()
  await at(8)
  expect(follower.judge('shop:9', entry(2))).toBe('dead')
  expect(follower.judge('shop:9', entry(8))).toBe('valid')
})

test('its own snapshot says what it knows, up to where it is', async () => {
  log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  follower.start()
  await at(1)
  const snapshot = follower.snapshot()
  expect(snapshot).toMatchObject({ generation: G, epoch: 1 })
  log.snapshot = snapshot
  log.records = []
  const second = new LogFollower(common())
  second.start()
  await expect.poll(() => second.caughtUp).toBe(true)
  expect(second.judge('shop:1', entry(0))).toBe('dead')
  await second.stop()
})

test('in a new generation it begins again', async () => {
  log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  follower.start()
  await at(1)
  expect(follower.unsweptFacts.matchersFromMs).not.toBeNull()
  Object.assign(log, { generation: H, records: [], tail: 0 })
  await at(0, H)
  expect(follower.unsweptFacts).toEqual({ matchersFromMs: null, matchersLastMs: null, anyFromMs: null })
  expect(follower.judge('shop:1', entry(0, H))).toBe('valid')
})

test('a primary that was cut off leads it nowhere for as long as such a one can answer', async () => {
  log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  follower.start()
  await at(1)
  Object.assign(log, { generation: H, records: [], tail: 0 })
  log.append({ kind: 'keys', keys: ['shop:1'] })
  await at(1, H)
  // The old one answers again, and knows nothing of what the new one was told.
  Object.assign(log, { generation: G, records: [], tail: 1 })
  clock.advance(2_999)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(follower.position).toEqual({ generation: H, epoch: 1 })
  expect(follower.caughtUp).toBe(false)
  expect(follower.unsweptFacts.anyFromMs).not.toBeNull()
  // It was the other way round, then.
  clock.advance(3_001)
  await at(1, G)
})

test('the news of a complete sweep lets a floor stand for what came before', async () => {
  log.append({ kind: 'keys', keys: ['shop:1'] })
  log.append({ kind: 'swept', epoch: 1 })
  follower.start()
  await at(2)
  expect(follower.judge('shop:9', entry(0))).toBe('dead')
  expect(follower.judge('shop:9', entry(1))).toBe('valid')
  expect(follower.unsweptFacts.anyFromMs).toBeNull()
})

test('it waits for a Redis that is away, and then is not caught up until it has read again', async () => {
  log.away = true
  follower.start()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([follower.position, follower.caughtUp, follower.snapshot()]).toEqual([null, false, null])
  log.away = false
  await at(0)
  expect(follower.caughtUp).toBe(true)
  log.away = true
  clock.advance(2_001)
  expect(follower.caughtUp).toBe(false)
})
