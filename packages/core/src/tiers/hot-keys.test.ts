import { expect, test } from 'vitest'
import { HotKeys } from './hot-keys.ts'

function watch(readsPerS: number) {
  const clock = { ms: 0 }
  return { clock, hot: new HotKeys(readsPerS, () => clock.ms) }
}

test('a key is hot from the read on that reaches the rate', () => {
  const { hot } = watch(3)
  expect([1, 2, 3, 4].map(() => hot.note('k'))).toEqual([false, false, true, true])
})

test('reads of another second do not count', () => {
  const { hot, clock } = watch(3)
  hot.note('k')
  hot.note('k')
  clock.ms = 1_000
  expect(hot.note('k')).toBe(false)
})

test('among a thousand keys read once, the one that is read often is found and no other', () => {
  const { hot } = watch(20)
  const taken = Array.from({ length: 1_000 }, (_, i) => hot.note(`users:${i}`)).filter(Boolean)
  expect(taken).toEqual([])
  for (let i = 0; i < 20; i++) hot.note('users:star')
  expect(hot.note('users:star')).toBe(true)
})

test('a key does not turn cold because it is very hot', () => {
  const { hot } = watch(10)
  for (let i = 0; i < 70_000; i++) hot.note('k')
  expect(hot.note('k')).toBe(true)
})
