import { Scheduler } from '@freshet/core/testing/simulated-cluster/scheduler'
import { expect, test } from 'vitest'
import { ModelledServer } from './modelled-server.ts'

const NETWORK_MS = 1
const nothing = () => ({ value: () => {}, costUs: 0 })

test('what arrives while the server works waits for its next turn, and replies come together in the end of one', async () => {
  const scheduler = new Scheduler()
  const server = new ModelledServer(scheduler, NETWORK_MS, nothing)
  const answered: [string, number][] = []
  const ask = (name: string, costUs: number) =>
    void server.call(() => ({ value: name, costUs })).then((value) => answered.push([value, scheduler.nowMs()]))
  ask('first', 10_000)
  scheduler.after(2, null, () => ask('second', 1_000))
  scheduler.after(3, null, () => ask('third', 2_000))
  await scheduler.pass(100)
  expect(answered).toEqual([
    ['first', 1 + 10 + 1],
    ['second', 11 + 3 + 1],
    ['third', 11 + 3 + 1],
  ])
  expect(server.busyMs).toBeCloseTo(13)
})

test('what a turn has to tell others costs once, and is told with its replies', async () => {
  const scheduler = new Scheduler()
  let due = 0
  const told: number[] = []
  const server = new ModelledServer(scheduler, NETWORK_MS, () => {
    const costUs = due > 0 ? 5_000 : 0
    due = 0
    return { value: () => told.push(scheduler.nowMs()), costUs }
  })
  for (let i = 0; i < 3; i++) void server.call(() => ({ value: ++due, costUs: 1_000 }))
  await scheduler.pass(100)
  // The first came alone; the two others share the turn after it.
  expect(told).toEqual([1 + 6 + 1, 7 + 7 + 1])
})
