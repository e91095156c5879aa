import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeSharedTier } from '../testing/fake-shared-tier.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { describeTierContract } from '../testing/tier-contract.ts'
import { GuardedSharedTier } from './guarded-shared-tier.ts'
import { type Lookup, MISS } from './tier.ts'

const limits = { lookupMs: 100, failuresToOpen: 3, openMs: 1_000 }
const unavailable = { code: 'store_unavailable' }

describeTierContract('guarded', async () => new GuardedSharedTier(new FakeSharedTier(), limits, new ManualClock()))

describe('a guarded tier', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** A tier whose lookups are answered by the test. */
  function setUp() {
    const clock = new ManualClock()
    const inner = new FakeSharedTier()
    const asked: { answer: (lookup: Lookup) => void; fail: (error: Error) => void }[] = []
    inner.get = () =>
      new Promise((resolve, reject) => {
        asked.push({ answer: resolve, fail: reject })
      })
    const tier = new GuardedSharedTier(inner, limits, clock)
    const pass = (ms: number) => {
      clock.advance(ms)
      return vi.advanceTimersByTimeAsync(ms + 1)
    }
    /** Lookups that nobody answers in time. */
    const timeOut = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const lookup = expect(tier.get('k')).rejects.toMatchObject(unavailable)
        await pass(limits.lookupMs)
        await lookup
      }
    }
    return { tier, inner, asked, pass, timeOut }
  }

  it('gives up a lookup after its limit, and ignores what comes late', async () => {
    const { tier, asked, pass } = setUp()
    const lookup = expect(tier.get('k')).rejects.toMatchObject({ ...unavailable, facts: { limit: 100 } })
    await pass(100)
    await lookup
    asked[0]?.answer(MISS)
    const next = tier.get('k')
    asked[1]?.answer(MISS)
    expect(await next).toBe(MISS)
    expect(tier.state).toBe('closed')
  })

  it('asks no more after failures in a row, slow ones or refused ones, and tries one lookup after a while', async () => {
    const { tier, asked, timeOut, pass } = setUp()
    await timeOut(2)
    const refused = tier.get('k')
    asked[2]?.fail(new Error('connection refused'))
    await expect(refused).rejects.toThrow('connection refused')
    expect(tier.state).toBe('open')
    await expect(tier.get('k')).rejects.toMatchObject(unavailable)
    await expect(tier.getMany(['k'])).rejects.toMatchObject(unavailable)
    expect(asked).toHaveLength(3)
    await pass(limits.openMs)
    const probe = tier.get('k')
    await expect(tier.get('other')).rejects.toMatchObject(unavailable)
    expect(asked).toHaveLength(4)
    asked[3]?.answer(MISS)
    expect(await probe).toBe(MISS)
    expect(tier.state).toBe('closed')
  })

  it('stays open when the probe is slow too', async () => {
    const { tier, timeOut, pass } = setUp()
    await timeOut(3)
    await pass(limits.openMs)
    await timeOut(1)
    expect(tier.state).toBe('open')
    await expect(tier.get('k')).rejects.toMatchObject(unavailable)
  })

  it('is not opened by failures that others came between', async () => {
    const { tier, asked, timeOut } = setUp()
    for (let i = 0; i < 4; i++) {
      await timeOut(2)
      const lookup = tier.get('k')
      asked.at(-1)?.answer(MISS)
      await lookup
    }
    expect(tier.state).toBe('closed')
  })

  it('hears answers that arrived while this process stood still', async () => {
    const { tier, asked } = setUp()
    const lookup = tier.get('k')
    // The timer is due, and the answer is read later in the same turn.
    setTimeout(() => asked[0]?.answer(MISS), 100)
    await vi.advanceTimersByTimeAsync(200)
    expect(await lookup).toBe(MISS)
  })

  it('stores and removes while the breaker is open', async () => {
    const { tier, inner, timeOut } = setUp()
    await timeOut(3)
    const removed = vi.spyOn(inner, 'remove')
    await tier.remove(['k'], { generation: 'g', epoch: 1 })
    expect(removed).toHaveBeenCalledOnce()
  })
})
