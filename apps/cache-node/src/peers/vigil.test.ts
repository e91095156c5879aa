import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Vigil, type Waiting } from './vigil.ts'

const EVERY_MS = 250

describe('the vigil over a node that somebody waits for', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A node whose answers to pings the test decides, `delayMs` after each ping. */
  function watch(isAlive: () => boolean, delayMs = 10) {
    const pingedAtMs: number[] = []
    const ended: [name: string, why: string, atMs: number][] = []
    let silences = 0
    const vigil = new Vigil({
      clock: { monotonicMs: () => performance.now() },
      everyMs: EVERY_MS,
      ping: async () => {
        pingedAtMs.push(performance.now())
        await new Promise((resolve) => setTimeout(resolve, delayMs))
        return isAlive()
      },
      onSilence: () => silences++,
    })
    const wait = (name: string, patienceMs = 60_000): Waiting => {
      const sinceMs = performance.now()
      const one: Waiting = {
        sinceMs,
        untilMs: sinceMs + patienceMs,
        giveUp: (why) => ended.push([name, why, performance.now()]),
      }
      vigil.add(one)
      return one
    }
    return { vigil, wait, pingedAtMs, ended, silences: () => silences }
  }

  it('asks for no sign of life while answers come in time', async () => {
    const { vigil, wait, pingedAtMs } = watch(() => true)
    for (let i = 0; i < 20; i++) {
      const one = wait(`${i}`)
      await vi.advanceTimersByTimeAsync(EVERY_MS - 1)
      vigil.remove(one)
    }
    expect(pingedAtMs).toEqual([])
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1)
  })

  it('counts from when the one that has waited longest began, whoever came and went before', async () => {
    const { vigil, wait, pingedAtMs } = watch(() => true)
    const first = wait('first')
    await vi.advanceTimersByTimeAsync(100)
    wait('second')
    vigil.remove(first)
    await vi.advanceTimersByTimeAsync(249)
    expect(pingedAtMs).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(pingedAtMs).toHaveLength(1)
  })

  it('lets all wait on as long as the node gives signs of life, with one ping for all', async () => {
    const { wait, pingedAtMs, ended } = watch(() => true)
    for (let i = 0; i < 1_000; i++) wait(`${i}`)
    await vi.advanceTimersByTimeAsync(2_600)
    expect(pingedAtMs).toHaveLength(10)
    expect(ended).toEqual([])
  })

  it('gives all up together when there is none, also those who have just come', async () => {
    const { vigil, wait, ended, silences } = watch(() => false, EVERY_MS)
    wait('early')
    await vi.advanceTimersByTimeAsync(499)
    wait('late')
    expect(ended).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(ended.map(([name, why]) => [name, why])).toEqual([
      ['early', 'silent'],
      ['late', 'silent'],
    ])
    expect(silences()).toBe(1)
    expect(vigil.count).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('finds out about a node that dies while it is waited for', async () => {
    let alive = true
    const { wait, ended } = watch(() => alive, EVERY_MS)
    wait('one')
    await vi.advanceTimersByTimeAsync(600)
    alive = false
    await vi.advanceTimersByTimeAsync(500)
    expect(ended.map(([, why]) => why)).toEqual(['silent'])
  })

  it('says nothing of a node whose answer came while the ping that failed was under way', async () => {
    const { vigil, wait, ended, silences } = watch(() => false, EVERY_MS)
    const one = wait('one')
    await vi.advanceTimersByTimeAsync(400)
    vigil.remove(one)
    await vi.advanceTimersByTimeAsync(1_000)
    expect([ended, silences()]).toEqual([[], 0])
  })

  it('ends the wait of each when it is over, whatever signs there are', async () => {
    const { wait, ended } = watch(() => true)
    wait('short', 1_000)
    wait('long', 5_000)
    await vi.advanceTimersByTimeAsync(1_300)
    expect(ended.map(([name, why]) => [name, why])).toEqual([['short', 'overdue']])
  })

  it('looks at once when told to, and not twice at a time', async () => {
    const { vigil, wait, pingedAtMs, ended } = watch(() => false, 100)
    vigil.lookNow()
    expect(pingedAtMs).toEqual([])
    wait('one')
    vigil.lookNow()
    vigil.lookNow()
    await vi.advanceTimersByTimeAsync(100)
    expect(pingedAtMs).toHaveLength(1)
    expect(ended).toHaveLength(1)
  })
})
