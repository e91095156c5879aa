import { describe, expect, test } from 'vitest'
import { NodeBreakers } from '../routing/node-breakers.ts'
import { problem, scriptedFetch, type Turn } from '../testing/scripted-fetch.ts'
import type { Ask } from './reply.ts'
import { RetryBudget } from './retry-budget.ts'
import { Sender } from './sender.ts'

const OK: Turn = { status: 200, body: '"v"' }
const URLS = ['http://a', 'http://b', 'http://c']
const READ: Ask = { method: 'GET', path: '/x', repeatable: true }
const WRITE: Ask = { method: 'PUT', path: '/x', repeatable: false }

function setUp(script: Parameters<typeof scriptedFetch>[0], budget = new RetryBudget()) {
  const scripted = scriptedFetch(script)
  const failures: number[] = []
  const clock = { ms: 0 }
  const sender = new Sender({
    fetch: scripted.fetch,
    headers: async () => ({ authorization: 'Bearer k' }),
    breakers: new NodeBreakers(),
    budget,
    maxRepeats: 3,
    onNodeFailure: () => failures.push(1),
    nowMs: () => clock.ms,
    random: () => 0.01,
  })
  const send = (ask: Ask = READ, urls = URLS, signal = AbortSignal.timeout(60_000)) =>
    sender.send(ask, urls, 50, signal)
  const outcome = (ask?: Ask, urls?: string[]) =>
    send(ask, urls).then(
      ({ status }) => status,
      ({ code }) => code,
    )
  return { ...scripted, send, outcome, failures, clock }
}

describe('a node that cannot be reached', () => {
  test('is passed over at once, for a read and for a write that it never got', async () => {
    for (const ask of [READ, WRITE]) {
      const { outcome, hosts, failures } = setUp((host) => (host === 'a' ? { fails: 'ECONNREFUSED' } : OK))
      expect(await outcome(ask)).toBe(200)
      expect([hosts(), failures.length]).toEqual([['a', 'b'], 1])
    }
  })

  test('after it may have got a write, is not made up for: nobody knows whether it was done', async () => {
    const { outcome, hosts } = setUp((host) => (host === 'a' ? { fails: 'ECONNRESET' } : OK))
    expect(await outcome(WRITE)).toBe('unreachable')
    expect(hosts()).toEqual(['a'])
    expect(await outcome(READ)).toBe(200)
  })

  test('costs no budget to go elsewhere, so that a loss under load fails nobody', async () => {
    const { outcome } = setUp((host) => (host === 'a' ? { fails: 'ECONNRESET' } : OK), new RetryBudget(0))
    const outcomes = await Promise.all(Array.from({ length: 500 }, () => outcome()))
    expect(new Set(outcomes)).toEqual(new Set([200]))
  })

  test('is not asked for a second once it failed three times, and then by one call alone', async () => {
    const { outcome, asked, clock } = setUp((host) => (host === 'a' ? { fails: 'ECONNREFUSED' } : OK))
    for (let i = 0; i < 20; i++) await outcome()
    expect(asked.filter(({ host }) => host === 'a')).toHaveLength(3)
    clock.ms += 1_000
    await Promise.all(Array.from({ length: 10 }, () => outcome()))
    expect(asked.filter(({ host }) => host === 'a')).toHaveLength(4)
  })

  test('when it is the only one, fails calls at once rather than let each wait', async () => {
    const { outcome, asked } = setUp(() => ({ fails: 'ECONNREFUSED' }))
    for (let i = 0; i < 10; i++) expect(await outcome(READ, ['http://a'])).toBe('unreachable')
    expect(asked.length).toBeLessThan(8)
  })
})

describe('a node that does not answer in time', () => {
  test('is made up for by another, for a read only', async () => {
    const { outcome, hosts } = setUp((host) => (host === 'a' ? 'silence' : OK))
    expect(await outcome(READ)).toBe(200)
    expect(hosts()).toEqual(['a', 'b'])
    expect(await outcome(WRITE)).toBe('unreachable')
  })

  test('is made up for within the budget: when all are slow, repeats must not double the work', async () => {
    const { outcome, asked } = setUp(() => 'silence', new RetryBudget(0))
    await Promise.all(Array.from({ length: 60 }, () => outcome(READ, ['http://a', 'http://b', 'http://c'])))
    // 60 calls and the 100 repeats that the budget began with, and no more.
    expect(asked.length).toBeLessThanOrEqual(160)
  })
})

describe('an answer that is an error', () => {
  test('for a passing reason is asked for again elsewhere, and not before the node wants it', async () => {
    const { outcome, hosts } = setUp((host) => (host === 'a' ? problem(503, 'log_unavailable') : OK))
    expect(await outcome(READ)).toBe(200)
    expect(hosts()).toEqual(['a', 'b'])
    const patient = setUp((_, nth) => (nth === 0 ? problem(429, 'rate_limited', { 'retry-after': '1' }) : OK))
    const startedMs = performance.now()
    // Refused before anything was done, so a write too may come again.
    expect(await patient.outcome(WRITE, ['http://a'])).toBe(200)
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990)
  })

  test('is final for a write, for what the caller did wrong, and for what an origin did', async () => {
    const cases = [
      [WRITE, problem(503, 'log_unavailable'), 'log_unavailable'],
      [READ, problem(403, 'scope_missing'), 'scope_missing'],
      [READ, problem(502, 'origin_failed'), 'origin_failed'],
      [READ, problem(500, 'internal'), 'internal'],
    ] as const
    for (const [ask, turn, code] of cases) {
      const { outcome, asked } = setUp(() => turn)
      expect([await outcome(ask), asked.length]).toEqual([code, 1])
    }
  })

  test('of a gateway that got none is worth another try, and one of no kind that we know is not', async () => {
    const page = { headers: { 'content-type': 'text/html' }, body: '<h1>oops</h1>' }
    const gateway = setUp((_, nth) => (nth === 0 ? { status: 502, ...page } : OK))
    expect(await gateway.outcome(READ, ['http://a'])).toBe(200)
    const { outcome, asked } = setUp(() => ({ status: 302, ...page }))
    expect([await outcome(READ), asked.length]).toEqual(['unreachable', 1])
  })

  test('that stays is told after as many repeats as there may be', async () => {
    const { outcome, asked } = setUp(() => problem(503, 'degraded'))
    expect([await outcome(READ), asked.length]).toEqual(['degraded', 4])
  })

  test('of a node that is leaving sends the call elsewhere', async () => {
    const { outcome, hosts } = setUp((host) => (host === 'a' ? problem(503, 'draining') : OK), new RetryBudget(0))
    expect(await outcome(READ)).toBe(200)
    expect(hosts()).toEqual(['a', 'b'])
  })
})

test('the caller’s signal ends an attempt, and a wait between two', async () => {
  for (const turn of ['silence', problem(429, 'rate_limited', { 'retry-after': '60' })] as const) {
    const { send } = setUp(() => turn)
    const leaving = new AbortController()
    setTimeout(() => leaving.abort(new Error('enough')), 20)
    await expect(send({ ...READ }, ['http://a'], leaving.signal)).rejects.toThrow('enough')
  }
})

test('every request carries the credential', async () => {
  const { outcome, asked } = setUp(() => OK)
  await outcome()
  expect(asked[0]?.headers.get('authorization')).toBe('Bearer k')
})
