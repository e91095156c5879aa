import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Version } from '@freshet/core/coherence/version'
import type { ChangesReply } from '@freshet/core/contracts/changes'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { describe, expect, it } from 'vitest'
import { asSeenHere, FollowedLog, NEAR_LEASE_MS } from './followed-log.ts'

const GEN_1 = '0000000000000001'
const GEN_2 = '0000000000000002'
const NODE_LEASE_MS = 2_000
const at = (epoch: number, generation = GEN_1): Version => ({ generation, epoch })

function setUp() {
  const clock = new ManualClock()
  const log = new FollowedLog()
  /** A question and its answer, which is on its way for `travelMs` altogether. */
  const ask = (answer: Partial<ChangesReply>, after = log.position, travelMs = 0) => {
    const sentAt = clock.instant()
    clock.advance(travelMs)
    const applied = answer.applied ?? after?.epoch ?? 0
    return log.apply(
      {
        ...{ generation: GEN_1, applied, tail: applied, gap: false, records: [], ageMs: 0, heldMs: 0 },
        leaseMs: NODE_LEASE_MS,
        ...answer,
      },
      after,
      sentAt,
      clock.instant(),
    )
  }
  const isValid = (epoch: number, { key = 'k', tags = [] as string[], stamp = epoch } = {}) =>
    log.isValid(key, { version: at(epoch), stamp, tags })
  return { clock, log, ask, isValid, coherent: () => log.isCoherent(clock.instant()) }
}

const keys = (...names: string[]): LogCommand => ({ kind: 'keys', keys: names })

describe('the lease', () => {
  it('counts from when the question was sent, less the age of what the node knew', () => {
    const { clock, ask, coherent } = setUp()
    ask({ applied: 5, ageMs: 300 }, null, 200)
    clock.advance(NEAR_LEASE_MS - 500 - 1)
    expect(coherent()).toBe(true)
    clock.advance(1)
    expect(coherent()).toBe(false)
  })

  it('is not shortened by the time for which the node held the answer back', () => {
    const { clock, ask, coherent } = setUp()
    ask({ applied: 5, ageMs: 0, heldMs: 400 }, null, 400)
    clock.advance(NEAR_LEASE_MS - 1)
    expect(coherent()).toBe(true)
    clock.advance(1)
    expect(coherent()).toBe(false)
  })

  it('is not given by a node that has not reached the tail, nor by one that has more to tell', () => {
    const { ask, coherent } = setUp()
    ask({ applied: 5, ageMs: null }, null)
    expect(coherent()).toBe(false)
    ask({ applied: 6, tail: 8 })
    expect(coherent()).toBe(false)
    ask({ applied: 8, tail: 8 })
    expect(coherent()).toBe(true)
  })

  it('ends on a machine that was suspended', () => {
    const { clock, ask, coherent } = setUp()
    ask({ applied: 5 }, null)
    clock.suspend(NEAR_LEASE_MS)
    expect(coherent()).toBe(false)
  })

  it('may come from a node that has not come as far as the one before', () => {
    const { ask, log, coherent } = setUp()
    ask({ applied: 9 }, null)
    expect(ask({ applied: 7 })).toBe('kept')
    expect([log.position?.epoch, coherent()]).toEqual([9, true])
  })
})

describe('a value', () => {
  it('dies by what is told after it was loaded, and by nothing else', () => {
    const { ask, isValid } = setUp()
    ask({ applied: 5 }, null)
    ask({ applied: 9, records: [{ epoch: 7, commands: [keys('k')] }] })
    expect([isValid(6), isValid(7), isValid(5, { key: 'other' })]).toEqual([false, true, true])
  })

  it('is not harmed by epochs that were left out, since they concern nothing of ours', () => {
    const { ask, isValid, log } = setUp()
    ask({ applied: 5 }, null)
    ask({ applied: 500 })
    expect([log.position?.epoch, isValid(6)]).toEqual([500, true])
  })

  it('that was loaded before this process began to follow is valid only if it was looked at since', () => {
    const { ask, isValid } = setUp()
    ask({ applied: 5 }, null)
    expect([isValid(4), isValid(4, { stamp: 5 })]).toEqual([false, true])
  })

  it('of another generation is not valid', () => {
    const { ask, log } = setUp()
    ask({ applied: 5 }, null)
    expect(log.isValid('k', { version: at(9, GEN_2), stamp: 9, tags: [] })).toBe(false)
  })

  it('ends by a soft invalidation too, and by one of this process’s own at once', () => {
    const { ask, isValid, log } = setUp()
    ask({ applied: 5 }, null)
    ask({ applied: 6, records: [{ epoch: 6, commands: [{ kind: 'keys', keys: ['k'], mode: 'soft' }] }] })
    expect(isValid(5)).toBe(false)
    log.noteOwn([keys('mine')], at(9))
    expect([isValid(8, { key: 'mine' }), isValid(9, { key: 'mine' })]).toEqual([false, true])
  })

  it('ends at once by this process’s own invalidation of a tag that answers do not name', () => {
    const { ask, isValid, log } = setUp()
    ask({ applied: 5 }, null)
    log.noteOwn([{ kind: 'tags', tags: ['two words'], reach: '*' }], at(9))
    expect([isValid(8), isValid(9)]).toEqual([false, true])
  })
})

describe('what was kept is lost', () => {
  it('at a new generation', () => {
    const { ask, isValid } = setUp()
    ask({ applied: 5 }, null)
    expect(ask({ generation: GEN_2, applied: 1, gap: true })).toBe('lost')
    expect(isValid(5)).toBe(false)
  })

  it('where the node does not know any more what came between', () => {
    const { ask, isValid } = setUp()
    ask({ applied: 5 }, null)
    expect(ask({ applied: 90, gap: true })).toBe('lost')
    expect([isValid(6), isValid(90)]).toEqual([false, true])
  })
})

describe('what nodes serve as fresh', () => {
  it('is untouched up to the position that was known here a node’s lease before they were asked', () => {
    const { clock, ask, log } = setUp()
    ask({ applied: 5 }, null)
    const knownMs = clock.monotonicMs()
    clock.advance(1_000)
    ask({ applied: 8 })
    // A node may lag by its lease, and clocks may differ by a little.
    expect(log.coveredBy(knownMs + NODE_LEASE_MS)).toBeNull()
    expect(log.coveredBy(knownMs + NODE_LEASE_MS + 100)).toEqual(at(5))
    expect(log.coveredBy(knownMs + 1_000 + NODE_LEASE_MS + 100)).toEqual(at(8))
  })

  it('is covered by nothing of before a gap', () => {
    const { clock, ask, log } = setUp()
    ask({ applied: 5 }, null)
    clock.advance(10_000)
    ask({ applied: 90, gap: true })
    expect(log.coveredBy(clock.monotonicMs())).toBeNull()
  })

  it('is remembered for as long as it matters, however long this process runs', () => {
    const { clock, ask, log } = setUp()
    ask({ applied: 1 }, null)
    for (let epoch = 2; epoch < 200; epoch++) {
      clock.advance(100)
      ask({ applied: epoch })
    }
    expect(log.coveredBy(clock.monotonicMs())?.epoch).toBe(178)
    expect(log.coveredBy(clock.monotonicMs() - 10_000)).toBeNull()
  })
})

it('takes a tag that holds a space for all that is in its reach: answers do not name such tags', () => {
  expect(asSeenHere({ kind: 'tags', tags: ['a', 'b c'], reach: ['users'] })).toEqual({
    kind: 'namespaces',
    namespaces: ['users'],
  })
  expect(asSeenHere({ kind: 'tags', tags: ['b c'], reach: '*', mode: 'soft' })).toEqual({ kind: 'all', mode: 'soft' })
  const plain: LogCommand = { kind: 'tags', tags: ['a'], reach: '*' }
  expect(asSeenHere(plain)).toBe(plain)
})
