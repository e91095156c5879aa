import { describe, expect, it } from 'vitest'
import { makeEntry } from '../entries/make-entry.ts'
import { defaultPolicy, type NamespacePolicy } from '../policy/namespace-policy.ts'
import { FakeLog } from '../testing/fake-log.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { admit } from './admit.ts'
import { Follower } from './follower.ts'

const LEASE_MS = 2_000
const [TTL_MS, SWR_MS, SIE_MS, DARK_MS] = [1_000_000, 1_000, 2_000, 60_000]

/** A node that holds one value, loaded a moment ago. */
function setUp(changes: Partial<NamespacePolicy> = {}) {
  const policy = {
    ...defaultPolicy(),
    ttlMs: TTL_MS,
    swrMs: SWR_MS,
    sieMs: SIE_MS,
    maxDegradedStaleMs: DARK_MS,
    ...changes,
  }
  const clock = new ManualClock()
  const log = new FakeLog()
  const follower = new Follower(LEASE_MS)
  const poll = () => follower.apply(log.read(follower.applied), clock.instant())
  poll()
  const version = follower.version()
  if (version === null) throw new Error('unreachable: a poll was applied')
  const value = { body: Buffer.from('x'), contentType: '', etag: null, tags: [], ttlMs: null, swrMs: null, sieMs: null }
  const entry = makeEntry(value, version, policy, clock.wallMs())
  return {
    clock,
    log,
    poll,
    judge: () => admit('k', entry, follower, policy, clock.instant(), clock.wallMs()),
    /** Redis was replaced; the value is `agedMs` old when the new generation's first poll comes. */
    failOver(agedMs = 0) {
      clock.advance(agedMs)
      log.beginGeneration('0000000000000002')
      poll()
    },
  }
}

const no = (reason: 'invalidated' | 'expired' | 'degraded', fallback: boolean) => ({ serve: 'no', reason, fallback })
const stale = (reason: 'revalidating' | 'degraded' | 'generation', refresh: boolean) => ({
  serve: 'stale',
  reason,
  refresh,
})

describe('while the lease runs', () => {
  it.each([
    ['within its TTL', TTL_MS - 1, { serve: 'fresh' }],
    ['past it, within stale-while-revalidate', TTL_MS, stale('revalidating', true)],
    ['past that, within stale-if-error', TTL_MS + SWR_MS, no('expired', true)],
    ['past everything', TTL_MS + SIE_MS, no('expired', false)],
  ])('%s', (_age, ageMs, admission) => {
    const { clock, poll, judge } = setUp()
    clock.advance(ageMs)
    poll()
    expect(judge()).toEqual(admission)
  })

  it('what was invalidated is dead, and no error of the origin excuses it', async () => {
    const { log, poll, judge } = setUp()
    await log.append({ kind: 'keys', keys: ['k'] })
    poll()
    expect(judge()).toEqual(no('invalidated', false))
  })
})

describe('what was invalidated softly', () => {
  const soften = async (world: ReturnType<typeof setUp>) => {
    await world.log.append({ kind: 'keys', keys: ['k'], mode: 'soft' })
    world.poll()
  }

  it.each([
    ['is served marked while one refresh runs, however fresh it was', 0, {}, stale('revalidating', true)],
    ['is so as long as it would have been without', TTL_MS + SWR_MS - 1, {}, stale('revalidating', true)],
    ['needs an error of the origin as an excuse after that', TTL_MS + SWR_MS, {}, no('invalidated', true)],
    ['needs one at once where nothing is served stale', 0, { swrMs: 0 }, no('invalidated', true)],
    ['has no excuse past everything', TTL_MS + SIE_MS, {}, no('expired', false)],
  ])('%s', async (_what, ageMs, changes, admission) => {
    const world = setUp(changes)
    world.clock.advance(ageMs)
    await soften(world)
    expect(world.judge()).toEqual(admission)
  })

  it('is dead once it is invalidated hard as well', async () => {
    const world = setUp()
    await soften(world)
    await world.log.append({ kind: 'namespaces', namespaces: ['default'] })
    world.poll()
    expect(world.judge()).toEqual(no('invalidated', false))
  })

  it('is marked for the reason that it has, without a lease too', async () => {
    const world = setUp()
    await soften(world)
    world.clock.advance(LEASE_MS)
    expect(world.judge()).toEqual(stale('degraded', false))
  })
})

describe('once the lease ran out', () => {
  it.each([
    ['stale', 0, stale('degraded', false)],
    ['stale', DARK_MS, stale('degraded', false)],
    ['stale', DARK_MS + 1, no('degraded', false)],
    ['bypass', DARK_MS, no('degraded', true)],
    ['bypass', DARK_MS + 1, no('degraded', false)],
    ['refuse', 0, no('degraded', false)],
  ] as const)('the policy is %s, after %i ms', (whenDegraded, darkMs, admission) => {
    const { clock, judge } = setUp({ whenDegraded })
    clock.advance(LEASE_MS + darkMs)
    expect(judge()).toEqual(admission)
  })

  it('only a value past its TTL is refreshed, so that the origin is not asked by every reader', () => {
    const { clock, judge } = setUp({ ttlMs: LEASE_MS })
    clock.advance(LEASE_MS)
    expect(judge()).toEqual(stale('degraded', true))
    clock.advance(SWR_MS)
    expect(judge()).toEqual(no('expired', true))
  })
})

describe('a value of the generation before', () => {
  it('is served marked while one refresh runs', () => {
    const { failOver, judge } = setUp()
    failOver(LEASE_MS)
    expect(judge()).toEqual(stale('generation', true))
  })

  it('is dropped where the policy would not have served it during the outage either', () => {
    for (const [whenDegraded, fallback] of [
      ['bypass', true],
      ['refuse', false],
    ] as const) {
      const { failOver, judge } = setUp({ whenDegraded })
      failOver()
      expect(judge()).toEqual(no('invalidated', fallback))
    }
  })

  it('is not served for ever in a namespace whose values nobody reloads', () => {
    const { failOver, clock, poll, judge } = setUp({ origin: null })
    failOver(LEASE_MS + DARK_MS)
    expect(judge()).toEqual(stale('generation', true))
    clock.advance(1)
    poll()
    expect(judge()).toEqual(no('invalidated', false))
  })

  it('past its stale-while-revalidate needs an error of the origin as an excuse', () => {
    const { failOver, judge } = setUp({ ttlMs: 100 })
    failOver(100 + SWR_MS)
    expect(judge()).toEqual(no('expired', true))
  })
})
