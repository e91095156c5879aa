import { ManualClock } from '@freshet/core/testing/manual-clock'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogPosition } from '../log/read-log-position.ts'
import { observeState } from './observe-state.ts'
import type { LogState } from './state-metrics.ts'

const behind: LogPosition = { generation: 'g', tail: 10, records: 10, members: 2, archived: 4, snapshot: 10 }

let clock: ManualClock
let told: { log: LogState | null; follower: number | null; letters: [string, number][] }
let position: () => Promise<LogPosition>
let stop: () => void
beforeEach(() => {
  vi.useFakeTimers()
  clock = new ManualClock()
  told = { log: null, follower: null, letters: [] }
  position = async () => behind
  stop = observeState({
    readPosition: () => position(),
    countDeadLetters: async () => ({ invalidation: 3 }),
    follower: { position: { generation: 'g', epoch: 8 } },
    metrics: {
      log: (state) => {
        told.log = state
      },
      followerLag: (epochs) => {
        told.follower = epochs
      },
      deadLetters: (queue, count) => void told.letters.push([queue, count]),
    },
    clock,
    onError: () => {},
  })
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000)
    await vi.advanceTimersByTimeAsync(1_000)
  }
}

test('lags are told in records and in seconds, and dead letters by queue', async () => {
  await vi.advanceTimersByTimeAsync(0)
  await pass(3)
  expect(told.log).toEqual({
    records: 10,
    members: 2,
    archiveLag: { records: 6, seconds: 3 },
    snapshotLag: { records: 0, seconds: 0 },
  })
  expect(told.follower).toBe(2)
  expect(told.letters).toContainEqual(['invalidation', 3])
})

test('while Redis cannot be asked the lag goes on growing', async () => {
  await vi.advanceTimersByTimeAsync(0)
  await pass(1)
  position = () => Promise.reject(new Error('Redis is away'))
  await pass(9)
  expect(told.log?.archiveLag.seconds).toBe(10)
})
