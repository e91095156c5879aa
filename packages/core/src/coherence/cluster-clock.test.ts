import { expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { ClusterClock } from './cluster-clock.ts'

/** A machine whose wall clock is an hour ahead of Redis's. */
function setUp() {
  const clock = new ManualClock()
  const cluster = new ClusterClock(clock)
  const serverMs = () => clock.wallMs() - 3_600_000
  /** A poll that took `outMs` there and `backMs` back. */
  const poll = (outMs: number, backMs: number) => {
    const sentMs = clock.wallMs()
    clock.advance(outMs)
    const readMs = serverMs()
    clock.advance(backMs)
    cluster.observe(readMs, sentMs, clock.wallMs())
  }
  const errorMs = () => cluster.nowMs() - serverMs()
  return { clock, cluster, poll, errorMs, serverMs }
}

it("is this machine's own before the first poll", () => {
  const { clock, cluster } = setUp()
  expect(cluster.nowMs()).toBe(clock.wallMs())
})

it("is Redis's after it, wrong by at most half the round trip", () => {
  const { poll, errorMs } = setUp()
  poll(3, 1)
  expect(errorMs()).toBe(1)
})

it('is not moved by a poll that took long, whichever way', () => {
  const { poll, errorMs } = setUp()
  poll(1, 1)
  poll(0, 2_000)
  expect(errorMs()).toBe(0)
  poll(2_000, 0)
  expect(errorMs()).toBe(0)
})

it('gets better with a quicker poll after a slow one', () => {
  const { poll, errorMs } = setUp()
  poll(1_000, 0)
  expect(errorMs()).toBe(500)
  poll(1, 1)
  expect(Math.abs(errorMs())).toBeLessThanOrEqual(1)
})

it("follows when this machine's wall clock is set, forwards or back, between polls or during one", () => {
  const { clock, cluster, poll } = setUp()
  poll(1, 1)
  const serverMs = cluster.nowMs()
  clock.suspend(10_000)
  cluster.observe(serverMs, clock.wallMs(), clock.wallMs())
  expect(cluster.nowMs()).toBe(serverMs)
  const sentMs = clock.wallMs()
  clock.suspend(-60_000)
  cluster.observe(serverMs, sentMs, clock.wallMs())
  expect(cluster.nowMs()).toBe(serverMs)
})
