import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import type { AppendLog, LogMembers, Member, MemberTable } from '../coherence/log.ts'
import type { LogCommand } from '../coherence/log-record.ts'
import type { Version } from '../coherence/version.ts'
import { AppError } from '../errors/app-error.ts'
import { FakeReceipts } from '../testing/fake-receipts.ts'
import { Acknowledger } from './acknowledger.ts'
import type { Matchers } from './invalidation.ts'
import { type InvalidateOptions, Invalidator } from './invalidator.ts'
import type { Receipt } from './receipt.ts'

const GENERATION = '00000000000000aa'
const LEASE_MS = 2_000
const CAUSE = { id: 'inv-1', actor: 'user:u-1', requestId: 'r-1' }
const KEYS: Matchers = { keys: ['users:1'], tags: [], patterns: [], namespaces: [], all: false }

class TestLog implements AppendLog, LogMembers {
  generation = GENERATION
  readonly records: LogCommand[][] = []
  readonly listed: Member[] = []
  down = false

  async append(...commands: LogCommand[]): Promise<Version> {
    if (this.down) throw new AppError('log_unavailable', 'away')
    this.records.push(commands)
    return { generation: this.generation, epoch: this.records.length }
  }

  async members(): Promise<MemberTable> {
    const members = this.listed.map((member) => ({ ...member }))
    return { generation: this.generation, tail: this.records.length, members }
  }

  async reap(): Promise<boolean> {
    return false
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

async function setUp({ cached = true } = {}) {
  const log = new TestLog()
  const receipts = new FakeReceipts()
  const noted: { commands: readonly LogCommand[]; version: Version }[] = []
  const errors: unknown[] = []
  const member = (nodeId: string, applied: number): Member => {
    const one = { nodeId, incarnation: `${nodeId}-1`, applied, polls: 1, leaseMs: LEASE_MS }
    log.listed.push(one)
    return one
  }
  /** A process of its own over the same log and receipts. */
  const startProcess = () => {
    const stop = new AbortController()
    const acknowledger = new Acknowledger({
      members: log,
      clock: systemClock,
      leaseMs: LEASE_MS,
      fenceMs: 0,
      marginMs: 100,
    })
    acknowledger.observe(GENERATION)
    const invalidator = new Invalidator({
      log,
      acknowledger,
      local: cached ? { appended: (commands, version) => noted.push({ commands, version }) } : null,
      receipts,
      nowMs: () => Date.now(),
      signal: stop.signal,
      onError: (error) => errors.push(error),
    })
    return { stop, invalidator }
  }
  const { stop, invalidator } = startProcess()
  await pass(10_000)
  const invalidate = (options: Partial<InvalidateOptions> = {}, matchers = KEYS) => {
    const promise = invalidator.invalidate(matchers, {
      mode: 'hard',
      reach: '*',
      cause: CAUSE,
      wait: 'all',
      ...options,
    })
    promise.catch(() => {})
    return promise
  }
  return { log, receipts, noted, errors, member, stop, invalidator, invalidate, startProcess }
}

describe('wait: all', () => {
  it('answers when every node has applied it, with a receipt that says who and when', async () => {
    const { member, invalidate, receipts } = await setUp()
    member('a', 1)
    const b = member('b', 0)
    const answered = invalidate()
    await pass(10)
    b.applied = 1
    await pass(5)
    const receipt = await answered
    expect(receipt).toMatchObject({
      id: 'inv-1',
      state: 'acknowledged',
      epoch: `${GENERATION}.1`,
      mode: 'hard',
      acknowledgedBy: 'members',
      laggards: [],
      leaseRemainingMs: 0,
      archived: false,
    })
    expect(receipt.nodes.map(({ nodeId }) => nodeId)).toEqual(['a', 'b'])
    expect(receipt.nodes[1]?.appliedAfterMs).toBeGreaterThanOrEqual(10)
    expect(receipts.held.get('inv-1')).toEqual(receipt)
  })

  it('answers with what is known when the limit comes first, and the stored receipt follows', async () => {
    const { member, invalidate, invalidator, receipts } = await setUp()
    member('a', 1)
    member('silent', 0)
    const answered = invalidate({ limitMs: 200 })
    await pass(225)
    expect(await answered).toMatchObject({ state: 'appended', laggards: ['silent'], acknowledgedBy: null })
    expect((await answered).leaseRemainingMs).toBeGreaterThan(1_800)
    expect(await invalidator.find('inv-1')).toMatchObject({ state: 'appended' })
    await pass(2_000)
    expect(receipts.held.get('inv-1')).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'lease',
      nodes: [{ leaseExpiredAfterMs: null }, { nodeId: 'silent', leaseExpiredAfterMs: expect.any(Number) }],
    })
  })

  it('waits for five seconds unless told otherwise', async () => {
    const { member, invalidate } = await setUp()
    member('silent', 0).leaseMs = 60_000
    let answer: Receipt | null = null
    void invalidate().then((receipt) => {
      answer = receipt
    })
    await pass(4_999)
    expect(answer).toBeNull()
    await pass(25)
    expect(answer).toMatchObject({ state: 'appended', laggards: ['silent'] })
  })

  it('fails when the generation changes meanwhile, and says so in the stored receipt', async () => {
    const { log, member, invalidate, receipts } = await setUp()
    member('a', 0)
    const answered = invalidate()
    await pass(10)
    log.generation = '00000000000000bb'
    await pass(25)
    await expect(answered).rejects.toMatchObject({ code: 'log_unavailable' })
    expect(receipts.held.get('inv-1')).toMatchObject({ state: 'failed', acknowledgedBy: null })
  })

  it('fails in the background as well: a receipt never says more than is known', async () => {
    const { log, member, invalidate, receipts } = await setUp()
    member('a', 0)
    const answered = invalidate({ limitMs: 10 })
    await pass(25)
    await answered
    log.generation = '00000000000000bb'
    await pass(25)
    expect(receipts.held.get('inv-1')).toMatchObject({ state: 'failed' })
  })
})

describe('wait: local and none', () => {
  it.each([
    ['local', 'local'],
    ['none', 'appended'],
  ] as const)('%s answers at once', async (wait, state) => {
    const { member, invalidate } = await setUp()
    member('silent', 0)
    expect(await invalidate({ wait })).toMatchObject({ state, nodes: [], leaseRemainingMs: LEASE_MS + 100 })
  })

  it('local promises nothing where nothing is cached', async () => {
    const { invalidate } = await setUp({ cached: false })
    expect(await invalidate({ wait: 'local' })).toMatchObject({ state: 'appended' })
  })

  it('are kept for minutes only: they come as fast as invalidations do', async () => {
    const { member, invalidate, receipts } = await setUp()
    member('silent', 0)
    await invalidate({ wait: 'none' })
    expect(receipts.keptForMs.get('inv-1')).toBeLessThanOrEqual(600_000)
    const answered = invalidate({ limitMs: 10 })
    await pass(25)
    await answered
    expect(receipts.keptForMs.get('inv-1')).toBe(86_400_000)
  })
})

describe('what goes into the log', () => {
  it('is one record, with the mode and the cause', async () => {
    const { log, invalidate } = await setUp()
    await invalidate({ mode: 'soft', wait: 'none', reach: ['users'] }, { ...KEYS, tags: ['t'] })
    expect(log.records).toEqual([
      [
        { kind: 'keys', keys: ['users:1'], mode: 'soft', cause: CAUSE },
        { kind: 'tags', tags: ['t'], reach: ['users'], mode: 'soft', cause: CAUSE },
      ],
    ])
  })

  it('concerns this node at once, before anybody is waited for', async () => {
    const { noted, member, invalidate } = await setUp()
    member('silent', 0)
    const answered = invalidate()
    await pass(1)
    expect(noted).toMatchObject([{ commands: [{ kind: 'keys' }], version: { epoch: 1 } }])
    await pass(2_200)
    await answered
  })

  it('is nothing when nothing is named', async () => {
    const { log, invalidate } = await setUp()
    await expect(invalidate({}, { ...KEYS, keys: [] })).rejects.toMatchObject({ code: 'invalid' })
    expect(log.records).toEqual([])
  })

  it('is unknown when the append failed: no promise, no receipt, no effect here', async () => {
    const { log, receipts, noted, invalidate } = await setUp()
    log.down = true
    await expect(invalidate()).rejects.toMatchObject({ code: 'log_unavailable' })
    expect(receipts.held.size).toBe(0)
    expect(noted).toEqual([])
  })
})

it('a receipt that cannot be stored is told of and costs the caller nothing', async () => {
  const { receipts, errors, invalidate } = await setUp()
  receipts.down = true
  const answered = invalidate()
  await pass(5)
  expect(await answered).toMatchObject({ state: 'acknowledged' })
  expect(errors).toHaveLength(1)
})

describe('asking for a receipt', () => {
  it('of an unknown id gives nothing', async () => {
    const { invalidator } = await setUp()
    expect(await invalidator.find('nobody')).toBeNull()
  })

  it('brings it to its end when the process that waited is gone', async () => {
    const { log, member, invalidate, stop, receipts, startProcess } = await setUp()
    const slow = member('slow', 0)
    const answered = invalidate({ limitMs: 10 })
    await pass(25)
    await answered
    stop.abort(new Error('stopping'))
    await pass(25)
    expect(receipts.held.get('inv-1')).toMatchObject({ state: 'appended' })
    slow.applied = 1
    const other = startProcess()
    await pass(10_000)
    const found = other.invalidator.find('inv-1')
    await pass(100)
    expect(await found).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'members' })
    // Since the append, not since somebody asked.
    expect((await found)?.acknowledgedAfterMs).toBeGreaterThan(10_000)
    expect(log.records).toHaveLength(1)
  })

  it('which the log has lost says so, once somebody looks', async () => {
    const { log, invalidator, invalidate } = await setUp()
    await invalidate({ wait: 'none' })
    log.generation = '00000000000000bb'
    const found = invalidator.find('inv-1')
    await pass(100)
    expect(await found).toMatchObject({ state: 'failed' })
  })

  it('that this process waits for already begins no second wait', async () => {
    const { member, invalidator, invalidate } = await setUp()
    member('silent', 0).leaseMs = 60_000
    const answered = invalidate({ limitMs: 10 })
    await pass(25)
    await answered
    const before = vi.getTimerCount()
    expect(await invalidator.find('inv-1')).toMatchObject({ state: 'appended', laggards: ['silent'] })
    expect(vi.getTimerCount()).toBe(before)
  })
})
