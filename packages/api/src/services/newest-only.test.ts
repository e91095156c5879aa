import { expect, test } from 'vitest'
import { createNewestOnly } from './newest-only.ts'

test('a reader gets what is pushed while it waits', async () => {
  const stream = createNewestOnly<number>()
  const reader = stream.read(new AbortController().signal)
  const next = reader.next()
  stream.push(1)
  expect(await next).toEqual({ done: false, value: 1 })
})

test('a slow reader skips to the newest', async () => {
  const stream = createNewestOnly<number>()
  const reader = stream.read(new AbortController().signal)
  for (const value of [1, 2, 3]) stream.push(value)
  expect(await reader.next()).toEqual({ done: false, value: 3 })
})

test('undefined is a value like any other', async () => {
  const stream = createNewestOnly<undefined>()
  stream.push(undefined)
  expect(await stream.read(new AbortController().signal).next()).toEqual({ done: false, value: undefined })
})

test('aborting ends it, while it waits and before it began', async () => {
  const controller = new AbortController()
  const stream = createNewestOnly<number>()
  const next = stream.read(controller.signal).next()
  controller.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  expect(await stream.read(controller.signal).next()).toEqual({ done: true, value: undefined })
})
