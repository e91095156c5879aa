import type { Version } from '@freshet/core/coherence/version'
import { expect, it } from 'vitest'
import { EpochWaiters } from './epoch-waiters.ts'

const A = '00000000000000a1'
const B = '00000000000000b2'

function setUp(start: Version | null = { generation: A, epoch: 5 }) {
  let position = start
  const waiters = new EpochWaiters(() => position)
  const apply = (generation: string, epoch: number) => {
    position = { generation, epoch }
    waiters.noteApplied()
  }
  return {
    waiters,
    apply,
    at: (epoch: number, limitMs = 600_000) => waiters.waitFor({ generation: A, epoch }, limitMs),
  }
}

it('does not wait for what was applied already', async () => {
  const { at } = setUp()
  expect(await at(5, 0)).toBe(true)
})

it('waits for the epoch, and no longer', async () => {
  const { at, apply } = setUp()
  const ended: number[] = []
  const waits = [7, 6].map((epoch) => at(epoch).then((reached) => reached && ended.push(epoch)))
  apply(A, 6)
  await waits[1]
  expect(ended).toEqual([6])
  apply(A, 9)
  await Promise.all(waits)
  expect(ended).toEqual([6, 7])
})

it('gives up after its limit', async () => {
  const { at, apply } = setUp()
  expect(await at(6, 5)).toBe(false)
  apply(A, 6)
})

it('does not compare epochs of two generations', async () => {
  const { waiters, at, apply } = setUp()
  expect(await waiters.waitFor({ generation: B, epoch: 1 }, 600_000)).toBe(false)
  const wait = at(6)
  apply(B, 100)
  expect(await wait).toBe(false)
  expect(await setUp(null).at(1)).toBe(false)
})
