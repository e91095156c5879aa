import { expect, test } from 'vitest'
import { Lag } from './lag.ts'

const at = (tail: number, done: number, generation = 'g') => ({ generation, tail, done })

test('nothing waits while everything is dealt with', () => {
  const lag = new Lag()
  lag.observe(at(10, 10), 0)
  expect(lag.seconds(60_000)).toBe(0)
})

test('it grows from the moment at which the record that waits was first seen', () => {
  const lag = new Lag()
  lag.observe(at(10, 10), 0)
  lag.observe(at(11, 10), 5_000)
  lag.observe(at(20, 10), 9_000)
  expect(lag.seconds(10_000)).toBe(5)
})

test('it falls to the age of what is still waiting, and to nothing at the end', () => {
  const lag = new Lag()
  lag.observe(at(11, 10), 1_000)
  lag.observe(at(20, 10), 4_000)
  lag.observe(at(20, 12), 5_000)
  expect(lag.seconds(6_000)).toBe(2)
  lag.observe(at(20, 20), 7_000)
  expect(lag.seconds(8_000)).toBe(0)
})

test('a new generation begins without a past', () => {
  const lag = new Lag()
  lag.observe(at(500, 10), 0)
  lag.observe(at(3, 0, 'h'), 60_000)
  expect(lag.seconds(61_000)).toBe(1)
})

test('a day of falling behind is told in full from a bounded memory, and so is what is left of it', () => {
  const lag = new Lag()
  for (let second = 0; second < 86_400; second++) lag.observe(at(second + 1, 0), second * 1_000)
  expect(lag.seconds(86_400_000)).toBe(86_400)
  lag.observe(at(86_400, 43_200), 86_400_000)
  const half = lag.seconds(86_400_000)
  expect(half).toBeGreaterThanOrEqual(43_200)
  expect(half).toBeLessThan(43_300)
})
