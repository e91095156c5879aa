import { expect, test, vi } from 'vitest'
import { type ItemSink, subscriptionItems } from './subscription-items.ts'

function subscription(signal?: AbortSignal) {
  const stop = vi.fn()
  let sink: ItemSink | null = null
  const items = subscriptionItems((given) => {
    sink = given
    // As subscriptions do: whoever is stopped says that it is complete.
    stop.mockImplementation(() => given.end())
    return stop
  }, signal)
  const open = (): ItemSink => {
    if (sink === null) throw new Error('nobody has read yet')
    return sink
  }
  return { items, stop, isOpen: () => sink !== null, sink: open }
}

test('it begins when it is first read, and what came before is not lost', async () => {
  const { items, sink, isOpen } = subscription()
  expect(isOpen()).toBe(false)
  const first = items.next()
  for (const item of [1, 2, 3]) sink().push(item)
  expect(await first).toEqual({ done: false, value: 1 })
  expect([(await items.next()).value, (await items.next()).value]).toEqual([2, 3])
})

test('it ends after its last item', async () => {
  const { items, sink, stop } = subscription()
  const first = items.next()
  sink().push(1)
  sink().end()
  expect([await first, await items.next()]).toEqual([
    { done: false, value: 1 },
    { done: true, value: undefined },
  ])
  expect(stop).toHaveBeenCalledOnce()
})

test('it fails after its last item', async () => {
  const { items, sink } = subscription()
  const first = items.next()
  sink().push(1)
  sink().fail(new Error('refused'))
  sink().end()
  await first
  await expect(items.next()).rejects.toThrow('refused')
})

test('who stops reading stops it', async () => {
  const { items, sink, stop } = subscription()
  const first = items.next()
  sink().push(1)
  await first
  await items.return(undefined)
  expect(stop).toHaveBeenCalledOnce()
})

test('a signal ends it at once, with what was not read yet', async () => {
  const controller = new AbortController()
  const { items, sink, stop } = subscription(controller.signal)
  const first = items.next()
  sink().push(1)
  sink().push(2)
  await first
  controller.abort(new Error('enough'))
  await expect(items.next()).rejects.toThrow('enough')
  expect(stop).toHaveBeenCalledOnce()
})

test('a signal that has been given begins nothing', async () => {
  const { items, isOpen } = subscription(AbortSignal.abort(new Error('too late')))
  await expect(items.next()).rejects.toThrow('too late')
  expect(isOpen()).toBe(false)
})
