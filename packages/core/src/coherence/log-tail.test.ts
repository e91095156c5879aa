import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entry } from '../entries/entry.ts'
import { makeAbsence } from '../entries/make-entry.ts'
import { LruStore } from '../eviction/lru.ts'
import { FakeLog } from '../testing/fake-log.ts'
import { judged } from '../testing/judged.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { MemoryTier } from '../tiers/memory-tier.ts'
import { ClusterClock } from './cluster-clock.ts'
import { Follower } from './follower.ts'
import { encodeIndex } from './index-codec.ts'
import { InvalidationIndex } from './invalidation-index.ts'
import type { PollReply } from './log.ts'
import type { LogCommand } from './log-record.ts'
import { LogTail } from './log-tail.ts'

const LEASE_MS = 2_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function setUp() {
  const clock = new ManualClock()
  const log = new FakeLog()
  const follower = new Follower(LEASE_MS)
  const memory = new MemoryTier(new LruStore<Entry>({ maxBytes: 1e6, maxEntries: 10 }))
  const clusterClock = new ClusterClock(clock)
  /** From which position each poll asked. */
  const polls: number[] = []
  const errors: unknown[] = []
  const swept: { generation: string; epoch: number }[] = []
  let read = (applied: number): PollReply | Promise<PollReply> => log.read(applied)
  vi.spyOn(log, 'poll').mockImplementation(async (_generation, applied) => {
    polls.push(applied)
    if (log.down) throw new Error('the log is down')
    return read(applied)
  })
  const tail = new LogTail({
    log,
    follower,
    memory,
    clock,
    clusterClock,
    leaseMs: LEASE_MS,
    onApplied: () => {},
    onSwept: (generation, epoch) => swept.push({ generation, epoch }),
    onError: (error) => errors.push(error),
  })
  /** Lets time pass on the machine's clock and on its timers. */
  const pass = async (ms: number) => {
    clock.advance(ms)
    await vi.advanceTimersByTimeAsync(ms)
  }
  const start = async () => {
    tail.start()
    await pass(0)
  }
  const answerWith = (answer: typeof read) => {
    read = answer
  }
  return { clock, clusterClock, log, follower, memory, polls, errors, swept, tail, pass, start, answerWith }
}

const put = (key: string) => ({ kind: 'put' as const, keys: [key] })

describe('polls', () => {
  it('come every quarter of a lease when nothing happens, so that the lease never runs out', async () => {
    const { polls, follower, clock, pass, start } = setUp()
    await start()
    expect(polls).toHaveLength(1)
    for (let i = 0; i < 20; i++) {
      await pass(LEASE_MS / 4)
      expect(follower.state(clock.instant())).toBe('coherent')
    }
    expect(polls).toHaveLength(21)
  })

  it('come at once with a doorbell, and once more to put the new position on record', async () => {
    const { polls, log, pass, start } = setUp()
    await start()
    await pass(100)
    await log.append(put('a'))
    await pass(0)
    expect(polls).toEqual([0, 0])
    await pass(1)
    expect(polls).toEqual([0, 0, 1])
    await pass(100)
    expect(polls).toHaveLength(3)
  })

  it('are one at a time, however often the doorbell rings meanwhile', async () => {
    const { polls, log, pass, start, answerWith } = setUp()
    let answer = (_reply: PollReply) => {}
    answerWith(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await start()
    for (let i = 0; i < 5; i++) await log.append(put(`k${i}`))
    await pass(1_000)
    expect(polls).toEqual([0])
    answerWith((applied) => log.read(applied))
    answer(log.read(0, 2))
    await pass(1)
    expect(polls).toEqual([0, 2, 5])
  })

  it('keep a millisecond apart in a steady rain of appends', async () => {
    const { polls, follower, log, pass, start } = setUp()
    await start()
    for (let ms = 0; ms < 100; ms++) {
      for (let i = 0; i < 20; i++) await log.append(put(`k${ms}.${i}`))
      await pass(1)
    }
    expect(polls.length).toBeLessThanOrEqual(103)
    await pass(2)
    expect(follower.applied).toBe(2_000)
  })

  it('follow each other without a pause while the log has more', async () => {
    const { polls, follower, log, pass, start, answerWith } = setUp()
    for (let i = 0; i < 10; i++) await log.append(put(`k${i}`))
    answerWith((applied) => log.read(applied, 3))
    await start()
    await pass(0)
    expect(polls).toEqual([0, 3, 6, 9])
    expect(follower.applied).toBe(10)
  })

  it('go on after a failure by the timer, and sooner when the doorbell says that Redis is back', async () => {
    const { polls, errors, log, pass, start } = setUp()
    log.down = true
    await start()
    expect(errors).toHaveLength(1)
    await pass(LEASE_MS / 4 - 1)
    expect(polls).toHaveLength(1)
    await pass(1)
    expect(polls).toHaveLength(2)
    log.down = false
    await log.append(put('a'))
    await pass(0)
    expect(polls).toHaveLength(3)
  })
})

describe('an answer', () => {
  it('renews the lease from when it was asked for (leaseFromSend)', async () => {
    const { clock, follower, log, tail, start, pass, answerWith } = setUp()
    answerWith(async () => {
      clock.advance(1_500)
      return log.read(0)
    })
    const askedAt = clock.instant()
    await start()
    await pass(0)
    expect(tail.lastPoll).toEqual(askedAt)
    expect(follower.leaseRemainingMs(clock.instant())).toBe(500)
  })

  it('drops from L1 what it ends, and nothing newer', async () => {
    const { log, memory, pass, start } = setUp()
    await start()
    const at = (epoch: number) => makeAbsence({ generation: log.generation, epoch }, 60_000, 0)
    memory.put('old', at(0))
    memory.put('own write', at(2))
    await log.append(put('old'))
    await log.append(put('own write'))
    await pass(0)
    expect([memory.get('old'), memory.get('own write')?.version.epoch]).toEqual([undefined, 2])
  })

  it("sets the cluster's clock", async () => {
    const { clusterClock, log, start } = setUp()
    await start()
    expect(clusterClock.nowMs()).toBe(log.read(0).serverTimeMs)
  })
})

describe('stopping', () => {
  it('waits for the poll in flight, and nothing comes after it', async () => {
    const { polls, log, tail, pass, start, answerWith } = setUp()
    let answer = (_reply: PollReply) => {}
    answerWith(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    await start()
    let stopped = false
    const stopping = tail.stop().then(() => {
      stopped = true
    })
    await pass(0)
    expect(stopped).toBe(false)
    answer(log.read(0))
    await stopping
    await log.append(put('a'))
    await pass(10 * LEASE_MS)
    expect(polls).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not wait for the next poll, and leaves no timer', async () => {
    const { tail, start, pass } = setUp()
    await start()
    const stopping = tail.stop()
    await pass(0)
    await stopping
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a node that joins', () => {
  const snapshotOf = (log: FakeLog, epoch: number, ...commands: LogCommand[]): void => {
    const index = new InvalidationIndex()
    for (const command of commands) index.note(command, epoch)
    log.snapshot = { generation: log.generation, epoch, index: encodeIndex(index) }
  }

  it('begins where the snapshot ends, and knows what the log has trimmed', async () => {
    const { log, follower, polls, start } = setUp()
    for (let i = 1; i <= 4; i++) await log.append(put(`k${i}`))
    snapshotOf(log, 3, { kind: 'tags', tags: ['t'], reach: '*' })
    log.trimBefore(4)
    await start()
    expect(polls[0]).toBe(3)
    expect(follower.judge('tagged', judged({ generation: log.generation, epoch: 2 }, 't'))).toBe('dead')
    expect(follower.judge('k4', judged({ generation: log.generation, epoch: 3 }))).toBe('dead')
    expect(follower.judge('untouched', judged({ generation: log.generation, epoch: 0 }))).toBe('valid')
  })

  it('begins cold when the snapshot cannot be read', async () => {
    const { log, follower, start } = setUp()
    for (let i = 1; i <= 4; i++) await log.append(put(`k${i}`))
    log.snapshot = { generation: log.generation, epoch: 3, index: Buffer.from('no index') }
    log.trimBefore(4)
    await start()
    expect(follower.judge('untouched', judged({ generation: log.generation, epoch: 3 }))).toBe('dead')
  })

  it('is not fresh before a poll has reached the tail, and forgets a snapshot of a generation that is over', async () => {
    const { log, follower, start, answerWith } = setUp()
    snapshotOf(log, 3)
    log.beginGeneration('0000000000000002')
    let answer: (reply: PollReply) => void = () => {}
    answerWith(() => new Promise<PollReply>((resolve) => (answer = resolve)))
    await start()
    expect(follower.state({ monotonicMs: 0, wallMs: 0 })).toBe('syncing')
    answer(log.read(0))
    await vi.advanceTimersByTimeAsync(0)
    expect(follower.generation).toBe('0000000000000002')
    expect(follower.applied).toBe(0)
  })
})

it('tells that the whole of L2 was stamped', async () => {
  const { log, swept, start } = setUp()
  await log.append(put('k'), { kind: 'swept', epoch: 0 })
  await start()
  expect(swept).toEqual([{ generation: log.generation, epoch: 0 }])
})
