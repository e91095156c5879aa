import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep, withDeadline } from './with-deadline.ts'

const tooLate = () => new Error('too late')

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('withDeadline', () => {
  it.each([
    ['ends well', async () => 'done'],
    [
      'fails',
      async () => {
        throw new Error('failed')
      },
    ],
  ])('leaves no timer and no listener behind when the work %s', async (_, work) => {
    const parent = new AbortController()
    await withDeadline(parent.signal, 1_000, tooLate, work).catch(() => undefined)
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0)
  })

  it('rejects with the error that was announced, whatever the work makes of its abort', async () => {
    const running = withDeadline(new AbortController().signal, 50, tooLate, async (signal) => {
      await sleep(1_000, signal).catch(() => {
        throw new Error('wrapped')
      })
    })
    const checked = expect(running).rejects.toThrow('too late')
    await vi.advanceTimersByTimeAsync(50)
    await checked
  })

  it('rejects with the reason of the parent, and at once when that has aborted before', async () => {
    const parent = new AbortController()
    const running = withDeadline(parent.signal, 1_000, tooLate, (signal) => sleep(500, signal))
    parent.abort(new Error('left'))
    await expect(running).rejects.toThrow('left')
    const work = vi.fn(async () => undefined)
    await expect(withDeadline(parent.signal, 1_000, tooLate, work)).rejects.toThrow('left')
    expect(work).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
