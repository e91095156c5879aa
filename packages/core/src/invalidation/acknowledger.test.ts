import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { ScriptedMembers } from '../testing/scripted-members.ts'
import { Acknowledger, type AcknowledgerDeps } from './acknowledger.ts'

const LEASE_MS = 2_000
const GENERATION = '00000000000000aa'
const GUARD_MS = 2_100

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** An acknowledger that has known the generation for `knownForMs`. */
async function setUp({ knownForMs = GUARD_MS, ...deps }: Partial<AcknowledgerDeps> & { knownForMs?: number } = {}) {
  const table = new ScriptedMembers(GENERATION, LEASE_MS)
  const acknowledger = new Acknowledger({
    members: table,
    clock: systemClock,
    leaseMs: LEASE_MS,
    fenceMs: 0,
    marginMs: 100,
    ...deps,
  })
  acknowledger.observe(GENERATION)
  await vi.advanceTimersByTimeAsync(knownForMs)
  /** Waits for the record at `epoch`; tells what came of it, null while nothing has. */
  const wait = (epoch: number, options = {}) => {
    const waited: { outcome: unknown } = { outcome: null }
    acknowledger.acknowledge({ generation: GENERATION, epoch }, options).then(
      (acknowledgement) => {
        waited.outcome = acknowledgement
      },
      (error) => {
        waited.outcome = error
      },
    )
    return waited
  }
  return { table, acknowledger, wait }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('by its members', () => {
  it('acknowledges within two looks of the last member having applied it', async () => {
    const { table, wait } = await setUp()
    table.set('a', 1)
    table.set('b', 0)
    const waited = wait(1)
    await pass(5)
    expect(waited.outcome).toBeNull()
    table.set('b', 1)
    await pass(3)
    expect(waited.outcome).toMatchObject({
      by: 'members',
      rest: null,
      laggards: [],
      leaseRemainingMs: 0,
      nodes: [
        { nodeId: 'a', leaseExpiredAfterMs: null },
        { nodeId: 'b', leaseExpiredAfterMs: null },
      ],
    })
  })

  it('answers each of many who wait as soon as it is their turn, with one request at a time for all', async () => {
    const { table, wait } = await setUp()
    table.tail = 3
    table.delayMs = 5
    table.set('a', 1)
    const waits = [wait(1), wait(2), wait(3)]
    await pass(12)
    expect(waits.map(({ outcome }) => outcome !== null)).toEqual([true, false, false])
    table.set('a', 3)
    await pass(20)
    expect(waits.every(({ outcome }) => outcome !== null)).toBe(true)
    expect(table.mostAtOnce).toBe(1)
  })

  it('asks often at first and seldom later, and not at all when nobody waits', async () => {
    const { table, wait } = await setUp()
    table.set('a', 0)
    const waited = wait(1)
    await pass(20)
    expect(table.asked).toBeGreaterThan(6)
    await pass(200)
    const asked = table.asked
    await pass(1_000)
    expect(table.asked - asked).toBeLessThanOrEqual(50)
    table.set('a', 1)
    await pass(25)
    expect(waited.outcome).not.toBeNull()
    const askedWhenDone = table.asked
    await pass(10_000)
    expect(table.asked).toBe(askedWhenDone)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('asks less often for very many: each look concerns all of them', async () => {
    const { table, wait } = await setUp()
    table.set('silent', 0)
    for (let i = 0; i < 10_000; i++) wait(1)
    const asked = table.asked
    await pass(100)
    expect(table.asked - asked).toBeLessThanOrEqual(10)
    await pass(2_200)
  })

  it('asks often again for a new wait beside an old one', async () => {
    const { table, wait } = await setUp()
    table.tail = 2
    table.set('a', 1)
    table.set('dead', 0)
    wait(2)
    await pass(500)
    table.listed.delete('dead')
    const waited = wait(1)
    await pass(3)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })
})

describe('by the end of a lease', () => {
  it('waits for the lease of the silent member and the margin, and says so', async () => {
    const { table, wait } = await setUp()
    table.set('a', 1)
    table.set('silent', 0)
    const waited = wait(1)
    await pass(2_099)
    expect(waited.outcome).toBeNull()
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'lease', laggards: ['silent'] })
  })

  it('waits for the longer lease of a member that gives itself one', async () => {
    const { table, wait } = await setUp({ knownForMs: 10_000 })
    table.set('silent', 0, 5_000)
    const waited = wait(1)
    await pass(5_099)
    expect(waited.outcome).toBeNull()
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'lease' })
  })

  it('ends also while a request hangs, once the members are known', async () => {
    const { table, wait } = await setUp()
    table.set('silent', 0)
    const waited = wait(1)
    await pass(1_000)
    table.delayMs = 60_000
    await pass(1_125)
    expect(waited.outcome).toMatchObject({ by: 'lease' })
  })

  it('does not end while the members could never be asked: nobody knows whose leases must run out', async () => {
    const { table, wait } = await setUp()
    table.set('silent', 0, 4_000)
    table.down = true
    const waited = wait(1)
    await pass(3_000)
    expect(waited.outcome).toBeNull()
    table.down = false
    await pass(1_099)
    expect(waited.outcome).toBeNull()
    await pass(1_000 * 60)
    expect(waited.outcome).toMatchObject({ by: 'lease' })
  })

  it('delays by a dead member once; then it is off the list', async () => {
    const { table, wait } = await setUp()
    const polling = setInterval(() => table.set('a', 9), 500)
    table.set('a', 9)
    table.set('dead', 0)
    const first = wait(1)
    await pass(2_200)
    expect(first.outcome).toMatchObject({ by: 'lease' })
    const second = wait(1)
    await pass(5)
    expect(second.outcome).toMatchObject({ by: 'members', nodes: [{ nodeId: 'a' }] })
    expect(table.reaped).toEqual(['dead'])
    clearInterval(polling)
  })
})

describe('where no clock is trusted', () => {
  it('a silent member blocks, and nobody is taken off the list', async () => {
    const { table, wait } = await setUp({ strict: true })
    table.set('silent', 0)
    const waited = wait(1)
    await pass(60_000)
    expect(waited.outcome).toBeNull()
    expect(table.reaped).toEqual([])
    table.set('silent', 1)
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })
})

describe('a generation', () => {
  it('first seen with the append delays the acknowledgement: nodes of the one before may hold leases', async () => {
    const { table, wait } = await setUp({ knownForMs: 0, fenceMs: 500 })
    table.set('a', 1)
    const waited = wait(1)
    await pass(2_599)
    expect(waited.outcome).toBeNull()
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })

  it('is as old as the first poll that told of it', async () => {
    const { table, wait } = await setUp({ knownForMs: 2_000 })
    table.set('a', 1)
    const waited = wait(1)
    await pass(99)
    expect(waited.outcome).toBeNull()
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })

  it('is held back by the longest lease seen, not only by our own', async () => {
    const { table, wait } = await setUp()
    table.set('a', 1, 5_000)
    const waited = wait(1)
    await pass(2_999)
    expect(waited.outcome).toBeNull()
    await pass(25)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })

  it('that ends while somebody waits ends the wait: the record may be lost', async () => {
    const { table, wait } = await setUp()
    table.set('a', 0)
    const waited = wait(1)
    await pass(50)
    table.generation = '00000000000000bb'
    table.set('a', 1)
    await pass(25)
    expect(waited.outcome).toMatchObject({ code: 'log_unavailable' })
    expect(String(waited.outcome)).toContain('generation changed')
  })

  it('told by an answer that was on its way before the append does not', async () => {
    const { table, acknowledger, wait } = await setUp()
    table.generation = '0000000000000099'
    table.delayMs = 50
    acknowledger.acknowledge({ generation: '0000000000000099', epoch: 9 }).catch(() => {})
    await pass(10)
    table.generation = GENERATION
    table.set('a', 1)
    const waited = wait(1)
    await pass(200)
    expect(waited.outcome).toMatchObject({ by: 'members' })
  })
})

describe('a limit', () => {
  it('tells how things stand, and the wait goes on', async () => {
    const { table, acknowledger } = await setUp()
    table.set('a', 1)
    table.set('silent', 0)
    const asked = acknowledger.acknowledge({ generation: GENERATION, epoch: 1 }, { limitMs: 500 })
    await pass(525)
    const atLimit = await asked
    expect(atLimit).toMatchObject({ by: null, afterMs: null, laggards: ['silent'] })
    expect(atLimit.leaseRemainingMs).toBeGreaterThan(1_500)
    expect(atLimit.leaseRemainingMs).toBeLessThanOrEqual(1_600)
    table.set('silent', 1)
    await pass(25)
    expect(await atLimit.rest).toMatchObject({ by: 'members', rest: null })
  })

  it('of ten minutes holds for everybody, so that waits do not pile up', async () => {
    const { table, acknowledger } = await setUp()
    table.down = true
    const asked = acknowledger.acknowledge({ generation: GENERATION, epoch: 1 }, { limitMs: 10 })
    await pass(600_025)
    expect(await (await asked).rest).toMatchObject({ by: null, rest: null })
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('a signal ends the wait with its reason, also after the limit', async () => {
  const { table, acknowledger } = await setUp()
  table.set('silent', 0)
  const controller = new AbortController()
  const { signal } = controller
  const asked = acknowledger.acknowledge({ generation: GENERATION, epoch: 1 }, { limitMs: 10, signal })
  await pass(25)
  const { rest } = await asked
  const ended = expect(rest).rejects.toThrow('stopping')
  controller.abort(new Error('stopping'))
  await pass(25)
  await ended
  expect(vi.getTimerCount()).toBe(0)
})
