import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.ts'

const never = new AbortController().signal

describe('slots', () => {
  it('gives out at most max and hands a freed slot to the first in the queue', async () => {
    const slots = createSlots({ max: 1, maxQueue: 2 })
    const release = await slots.acquire(never)
    const order: string[] = []
    const first = slots.acquire(never)?.then((free) => {
      order.push('first')
      free()
    })
    const second = slots.acquire(never)?.then((free) => {
      order.push('second')
      free()
    })
    expect(slots).toMatchObject({ inUse: 1, queued: 2 })
    release?.()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
    expect(slots).toMatchObject({ inUse: 0, queued: 0 })
  })

  it('refuses when the queue is full', async () => {
    const slots = createSlots({ max: 1, maxQueue: 0 })
    await slots.acquire(never)
    expect(slots.acquire(never)).toBeNull()
  })

  it('frees the place of a waiter whose signal aborts, and never hands it the slot', async () => {
    const slots = createSlots({ max: 1, maxQueue: 1 })
    const release = await slots.acquire(never)
    const leaving = new AbortController()
    const waiting = slots.acquire(leaving.signal)
    leaving.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    expect(slots.queued).toBe(0)
    release?.()
    expect(slots.inUse).toBe(0)
  })

  it('rejects at once when the signal has aborted already', async () => {
    const slots = createSlots({ max: 1, maxQueue: 1 })
    await expect(slots.acquire(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
    expect(slots.inUse).toBe(0)
  })

  it('counts a slot that is given back twice once', async () => {
    const slots = createSlots({ max: 2, maxQueue: 1 })
    const release = await slots.acquire(never)
    await slots.acquire(never)
    release?.()
    release?.()
    expect(slots.inUse).toBe(1)
  })

  it('loses no slot under any schedule of acquiring, releasing and aborting', async () => {
    const step = fc.constantFrom('acquire', 'release', 'abort')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const slots = createSlots({ max: 2, maxQueue: 3 })
        const held: (() => void)[] = []
        const waiting: AbortController[] = []
        for (const action of steps) {
          if (action === 'acquire') {
            const controller = new AbortController()
            waiting.push(controller)
            slots.acquire(controller.signal)?.then(
              (release) => held.push(release),
              () => undefined,
            )
          } else if (action === 'release') held.shift()?.()
          else waiting.shift()?.abort()
          await Promise.resolve()
          expect(slots.inUse).toBeLessThanOrEqual(2)
          expect(slots.queued).toBeLessThanOrEqual(3)
        }
        while (slots.inUse > 0) {
          await Promise.resolve()
          held.shift()?.()
        }
        expect(slots.queued).toBe(0)
      }),
    )
  })
})
