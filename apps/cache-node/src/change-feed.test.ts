import { ManualClock } from '@freshet/core/testing/manual-clock'
import { describe, expect, it } from 'vitest'
import { ChangeFeed } from './change-feed.ts'

const GEN_1 = '0000000000000001'
const GEN_2 = '0000000000000002'
const at = (epoch: number, generation = GEN_1) => ({ generation, epoch })

function setUp() {
  const clock = new ManualClock()
  const feed = new ChangeFeed(clock.instant, 2_000)
  /** A poll that was applied: how far it led, and where the tail was. */
  const polled = (epoch: number, tail = epoch, generation = GEN_1) =>
    feed.noteApplied({ generation, tail, records: [], serverTimeMs: 0 }, epoch, clock.instant())
  return { clock, feed, polled }
}

describe('how old the knowledge is', () => {
  it('counts from when the poll was sent that reached the tail, and not from one that did not', () => {
    const { clock, feed, polled } = setUp()
    polled(5)
    clock.advance(300)
    polled(7, 9)
    expect(feed.after(null)).toMatchObject({ position: at(7), ageMs: 300 })
  })

  it('is not known before the first such poll of a generation', () => {
    const { feed, polled } = setUp()
    expect(feed.after(null)).toBeNull()
    polled(5)
    polled(1, 3, GEN_2)
    expect(feed.after(at(5))).toMatchObject({ position: at(1, GEN_2), gap: true, ageMs: null })
  })

  it('is greater by the time for which a machine was suspended', () => {
    const { clock, feed, polled } = setUp()
    polled(5)
    clock.suspend(4_000)
    expect(feed.after(null)?.ageMs).toBe(4_000)
  })
})

describe('who waits', () => {
  const never = new AbortController().signal

  it('is woken by the next poll that reaches the tail, and by no other', async () => {
    const { feed, polled } = setUp()
    polled(5)
    let woken = false
    const waiting = feed.nextPoll(5_000, never).then((told) => {
      woken = told
    })
    polled(6, 9)
    await Promise.resolve()
    expect(woken).toBe(false)
    polled(9)
    await waiting
    expect(woken).toBe(true)
  })

  it('leaves when its time is over, or when it has gone', async () => {
    const { feed } = setUp()
    expect(await feed.nextPoll(5, never)).toBe(true)
    const leaving = new AbortController()
    const waiting = feed.nextPoll(60_000, leaving.signal)
    leaving.abort()
    expect(await waiting).toBe(true)
    expect(await feed.nextPoll(60_000, leaving.signal)).toBe(true)
  })

  it('is refused when a thousand wait already, until they have left', async () => {
    const { feed, polled } = setUp()
    const waiting = Array.from({ length: 1_000 }, () => feed.nextPoll(60_000, never))
    expect(await feed.nextPoll(60_000, never)).toBe(false)
    polled(1)
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]))
    expect(await feed.nextPoll(1, never)).toBe(true)
  })
})

it('tells the longest lease of any node: values may come from each of them', () => {
  const { feed } = setUp()
  const member = { nodeId: 'n', incarnation: 'i', applied: 0, polls: 1 }
  expect(feed.longestLeaseMs).toBe(2_000)
  feed.see({
    members: [
      { ...member, leaseMs: 800 },
      { ...member, leaseMs: 10_000 },
    ],
  })
  expect(feed.longestLeaseMs).toBe(10_000)
  feed.see({ members: [{ ...member, leaseMs: 800 }] })
  expect(feed.longestLeaseMs).toBe(2_000)
})
