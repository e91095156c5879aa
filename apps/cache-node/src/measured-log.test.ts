import { Histogram } from '@freshet/core/metrics/histogram'
import { FakeLog } from '@freshet/core/testing/fake-log'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { expect, it } from 'vitest'
import { MeasuredLog } from './measured-log.ts'

function setUp() {
  const [log, clock, propagation] = [new FakeLog(), new ManualClock(), new Histogram()]
  const errors = { count: 0 }
  const measured = new MeasuredLog(log, clock, propagation, () => errors.count++)
  measured.noteApplied(log.generation, 0)
  return { log, clock, propagation, errors, measured }
}

const command = { kind: 'keys' as const, keys: ['k'] }

it('measures from the append to the poll that brought it back', async () => {
  const { log, clock, propagation, measured } = setUp()
  await measured.append(command)
  clock.advance(7)
  measured.noteApplied(log.generation, 1)
  measured.noteApplied(log.generation, 1)
  expect(propagation.snapshot()).toMatchObject({ count: 1, sumUs: 7_000 })
})

it('measures an append whose record came back before its own answer', async () => {
  const { log, propagation, measured } = setUp()
  measured.noteApplied(log.generation, 1)
  await measured.append(command)
  expect(propagation.snapshot().count).toBe(1)
})

it('forgets what it waited for when a new generation begins', async () => {
  const { log, propagation, measured } = setUp()
  await measured.append(command)
  measured.noteApplied('0000000000000002', 5)
  measured.noteApplied(log.generation, 5)
  expect(propagation.snapshot().count).toBe(0)
})

it('counts appends that failed, and fails them', async () => {
  const { log, errors, measured } = setUp()
  log.down = true
  await expect(measured.append(command)).rejects.toThrow()
  expect(errors.count).toBe(1)
})
