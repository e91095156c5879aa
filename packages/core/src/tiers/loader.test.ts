import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Follower } from '../coherence/follower.ts'
import type { Entry } from '../entries/entry.ts'
import { AppError } from '../errors/app-error.ts'
import { LruStore } from '../eviction/lru.ts'
import type { OriginReply } from '../origins/origin.ts'
import { NamespacePolicy } from '../policy/namespace-policy.ts'
import { FakeLog } from '../testing/fake-log.ts'
import { FakeSharedTier } from '../testing/fake-shared-tier.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { type Ask, Loader } from './loader.ts'
import { MemoryTier } from './memory-tier.ts'

const DEADLINE_MS = 1_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function found(text: string): OriginReply {
  const lifetimes = { maxAgeMs: null, swrMs: null, sieMs: null, noStore: false }
  return { kind: 'found', body: Buffer.from(text), contentType: 'text/plain', etag: null, tags: [], ...lifetimes }
}

function setUp(rules: Partial<NamespacePolicy> = {}) {
  const policy = NamespacePolicy.parse({
    name: 'default',
    ttlMs: 10_000,
    jitterRatio: 0,
    origin: { url: 'http://origin.test/{key}', deadlineMs: DEADLINE_MS },
    ...rules,
  })
  const clock = new ManualClock()
  const log = new FakeLog()
  const follower = new Follower(2_000)
  const memory = new MemoryTier(new LruStore<Entry>({ maxBytes: 1e6, maxEntries: 10 }))
  const shared = new FakeSharedTier()
  const events: string[] = []
  const loader = new Loader({
    memory,
    shared,
    follower,
    nowMs: clock.wallMs,
    monotonicMs: clock.monotonicMs,
    random: () => 1,
    events: {
      loadStarted: () => events.push('started'),
      loadJoined: () => events.push('joined'),
      loadEnded: (_namespace, outcome, discarded) => events.push(discarded ? `${outcome}, discarded` : outcome),
      sharedTierFailed: (operation) => events.push(`L2 ${operation} failed`),
    },
  })
  const sync = () => follower.apply(log.read(follower.applied), clock.instant())
  const invalidate = async () => {
    await log.append({ kind: 'keys', keys: ['k'] })
    sync()
  }
  /** Loads that wait for their answers, oldest first. */
  const asked: { answer: (reply: OriginReply) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  const ask: Ask = (signal) =>
    new Promise((resolve, reject) => {
      asked.push({ answer: resolve, fail: reject, signal })
    })
  const valid = (entry: Entry) => follower.judge('k', entry) === 'valid'
  const load = (mayJoin = valid) => loader.load('k', policy, ask, mayJoin)
  return { clock, log, follower, memory, shared, events, loader, sync, invalidate, asked, load, policy }
}

const turns = () => vi.advanceTimersByTimeAsync(0)

describe('what a load brings', () => {
  it('is kept in both tiers under the version at which it began', async () => {
    const { sync, log, load, asked, memory, shared } = setUp()
    sync()
    const loading = load()
    await log.append({ kind: 'keys', keys: ['other'] })
    sync()
    asked[0]?.answer(found('one'))
    const { value, began } = await loading
    expect(began).toBe(true)
    expect(value.version).toEqual({ generation: log.generation, epoch: 0 })
    expect(memory.get('k')).toBe(value)
    expect(shared.held.get('k')).toBe(value)
  })

  it('goes to its caller alone when the key was invalidated while it ran (verAtStart)', async () => {
    const { sync, invalidate, load, asked, memory, shared, events } = setUp()
    sync()
    const loading = load()
    await invalidate()
    asked[0]?.answer(found('old'))
    expect(String((await loading).value.body)).toBe('old')
    expect([memory.count, shared.held.size]).toEqual([0, 0])
    expect(events).toEqual(['started', 'succeeded, discarded'])
  })

  it('is kept nowhere before the first poll: nobody could ever judge it', async () => {
    const { sync, load, asked, memory, shared } = setUp()
    const loading = load()
    sync()
    asked[0]?.answer(found('one'))
    await loading
    expect([memory.count, shared.held.size]).toEqual([0, 0])
  })

  it('is kept nowhere when the generation changed meanwhile', async () => {
    const { sync, log, load, asked, memory } = setUp()
    sync()
    const loading = load()
    log.beginGeneration('0000000000000002')
    sync()
    asked[0]?.answer(found('one'))
    await loading
    expect(memory.count).toBe(0)
  })

  it('lives as long as the origin says, else as the policy says, less the jitter', async () => {
    const { sync, load, asked, clock } = setUp({ jitterRatio: 0.1 })
    sync()
    const lifeMs = async (reply: OriginReply) => {
      const loading = load(() => false)
      asked.pop()?.answer(reply)
      return (await loading).value.freshUntilMs - clock.wallMs()
    }
    expect(await lifeMs(found('one'))).toBe(9_000)
    expect(await lifeMs({ ...found('one'), maxAgeMs: 500 })).toBe(450)
  })

  it('may be that there is nothing, for as long as the policy remembers it', async () => {
    const { sync, load, asked, clock, events } = setUp({ negativeTtlMs: 300 })
    sync()
    const loading = load()
    asked[0]?.answer({ kind: 'absent', maxAgeMs: null, noStore: false })
    const { value } = await loading
    expect(value).toMatchObject({ negative: true, freshUntilMs: clock.wallMs() + 300 })
    expect(events).toEqual(['started', 'absent'])
  })

  it('is served though the second tier fails, which is told', async () => {
    const { sync, load, asked, memory, shared, events } = setUp()
    sync()
    shared.down = true
    const loading = load()
    asked[0]?.answer(found('one'))
    await loading
    await turns()
    expect(memory.count).toBe(1)
    expect(events).toEqual(['started', 'succeeded', 'L2 put failed'])
  })
})

describe('a load that goes wrong', () => {
  it('is given up at its deadline even if the origin ignores the signal, and frees its key', async () => {
    const { sync, load, asked, loader, memory } = setUp()
    sync()
    const loading = Promise.allSettled([load(), load()])
    await vi.advanceTimersByTimeAsync(DEADLINE_MS)
    for (const result of await loading) expect(result).toMatchObject({ reason: { code: 'origin_deadline' } })
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(loader.inFlight).toBe(0)
    // What comes after all is not kept: its flight is over and another may have begun.
    asked[0]?.answer(found('late'))
    await turns()
    expect(memory.count).toBe(0)
  })

  it('leaves no timer behind, nor does one that went well', async () => {
    const { sync, load, asked } = setUp()
    sync()
    const failing = load().catch((error: unknown) => error)
    asked[0]?.fail(new AppError('origin_failed', 'no'))
    expect(await failing).toMatchObject({ code: 'origin_failed' })
    const fine = load()
    asked[1]?.answer(found('one'))
    await fine
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('whoever joins', () => {
  it('takes what is still valid when it comes', async () => {
    const { sync, load, asked, events } = setUp()
    sync()
    const both = Promise.all([load(), load()])
    asked[0]?.answer(found('one'))
    expect((await both).map(({ began }) => began)).toEqual([true, false])
    expect(events).toEqual(['started', 'joined', 'succeeded'])
  })

  it('takes the next load if it is not, and is satisfied by that one whatever happens', async () => {
    const { sync, invalidate, load, asked } = setUp()
    sync()
    const first = load()
    await invalidate()
    const after = [load(), load(), load()]
    asked[0]?.answer(found('old'))
    expect(String((await first).value.body)).toBe('old')
    await turns()
    // The key dies again while their load runs: they asked before it began and need not care.
    await invalidate()
    asked[1]?.answer(found('new'))
    for (const { value } of await Promise.all(after)) expect(String(value.body)).toBe('new')
    expect(asked).toHaveLength(2)
  })

  it('waits for two loads at most in a steady rain of invalidations, and so does the origin', async () => {
    const { sync, invalidate, load, asked } = setUp()
    sync()
    const waits: number[] = []
    let ended = 0
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 10; i++) {
        const cameAt = ended
        void load().then(() => waits.push(ended - cameAt))
      }
      await invalidate()
      expect(asked.length - ended).toBe(1)
      ended++
      asked[ended - 1]?.answer(found(`${round}`))
      await turns()
    }
    asked[ended++]?.answer(found('last'))
    await turns()
    expect(waits).toHaveLength(500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(2)
    expect(asked).toHaveLength(51)
  })

  it('and accepts nothing that was asked for before (no-cache) takes the next load', async () => {
    const { sync, load, asked } = setUp()
    sync()
    const first = load()
    const reload = load(() => false)
    asked[0]?.answer(found('one'))
    await first
    await turns()
    asked[1]?.answer(found('two'))
    expect(String((await reload).value.body)).toBe('two')
  })
})
