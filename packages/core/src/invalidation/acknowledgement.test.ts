import { describe, expect, it } from 'vitest'
import type { Member, MemberTable } from '../coherence/log.ts'
import { type AckRules, AckWait } from './acknowledgement.ts'

const RULES: AckRules = { leaseMs: 2_000, fenceMs: 500, marginMs: 100, strict: false }
const VERSION = { generation: 'g', epoch: 5 }
/** Older than any lease and fence. */
const OLD = 60_000

const member = (nodeId: string, applied: number, leaseMs = 2_000): Member => ({
  nodeId,
  incarnation: `${nodeId}-1`,
  applied,
  polls: 1,
  leaseMs,
})
const table = (...members: Member[]): MemberTable => ({ generation: 'g', tail: 5, members })

/** A wait whose append returned at 0. */
function waitThatHeard(...tables: MemberTable[]): AckWait {
  const wait = new AckWait(VERSION, RULES, 0)
  for (const one of tables) wait.hear(one, 10, true)
  return wait
}

describe('acknowledged by its members', () => {
  it.each([
    ['no member at all', [], 'members'],
    ['all are there', [member('a', 5), member('b', 5)], 'members'],
    ['some are further', [member('a', 5), member('b', 9)], 'members'],
    ['one is behind', [member('a', 5), member('b', 4)], null],
    ['one has just joined', [member('a', 5), member('b', 0)], null],
  ] as const)('%s', (_, members, expected) => {
    expect(waitThatHeard(table(...members)).basis(10, OLD, 2_000)).toBe(expected)
  })

  it('and not before any table was read', () => {
    expect(waitThatHeard().basis(OLD, OLD, 2_000)).toBe(null)
  })

  it('and not by a table from before the append, which may lack a node that has joined in between', () => {
    const wait = waitThatHeard({ ...table(), tail: 4 })
    expect(wait.basis(10, OLD, 2_000)).toBe(null)
    expect(wait.basis(OLD, OLD, 2_000)).toBe(null)
  })
})

describe('acknowledged by the end of leases', () => {
  const behind = (leaseMs: number) => waitThatHeard(table(member('a', 5), member('b', 4, leaseMs)))

  it.each([
    ['a full lease of the laggard and the margin', 2_000, 2_099, null],
    ['a full lease of the laggard and the margin', 2_000, 2_100, 'lease'],
    ["a laggard's longer lease", 5_000, 5_099, null],
    ["a laggard's longer lease", 5_000, 5_100, 'lease'],
    ['our own lease, where the laggard gives itself less', 200, 2_099, null],
    ['our own lease, where the laggard gives itself less', 200, 2_100, 'lease'],
  ] as const)('takes %s', (_, leaseMs, elapsedMs, expected) => {
    expect(behind(leaseMs).basis(elapsedMs, OLD, leaseMs)).toBe(expected)
  })

  it('asks nothing of the lease of a member that has applied it', () => {
    const wait = waitThatHeard(table(member('a', 5, 50_000), member('b', 4)))
    expect(wait.basis(2_100, OLD * 2, 50_000)).toBe('lease')
  })

  it('never comes where only the word of members counts', () => {
    const wait = new AckWait(VERSION, { ...RULES, strict: true }, 0)
    wait.hear(table(member('a', 4)), 10, true)
    expect(wait.basis(OLD, OLD, 2_000)).toBe(null)
    wait.hear(table(member('a', 5)), OLD, true)
    expect(wait.basis(OLD, OLD, 2_000)).toBe('members')
  })
})

describe('a young generation', () => {
  it.each([
    [2_599, 2_000, null],
    [2_600, 2_000, 'members'],
    [5_599, 5_000, null],
    [5_600, 5_000, 'members'],
  ])('that was first seen %d ms ago, the longest lease being %d ms: %s', (ageMs, longestLeaseMs, expected) => {
    expect(waitThatHeard(table(member('a', 5))).basis(10, ageMs, longestLeaseMs)).toBe(expected)
  })

  it('delays the end of leases too', () => {
    const wait = waitThatHeard(table(member('a', 4)))
    expect(wait.basis(2_100, 2_599, 2_000)).toBe(null)
    expect(wait.basis(2_101, 2_600, 2_000)).toBe('lease')
  })
})

describe('another generation', () => {
  const other: MemberTable = { generation: 'h', tail: 9, members: [member('a', 9)] }

  it('asked for after the append means that the record may be lost', () => {
    const wait = waitThatHeard(table(member('a', 4)), other)
    expect(wait.lost).toBe(true)
  })

  it('asked for before the append says nothing: it was on its way', () => {
    const wait = new AckWait(VERSION, RULES, 0)
    wait.hear(other, 10, false)
    expect(wait.lost).toBe(false)
    expect(wait.basis(OLD, OLD, 2_000)).toBe(null)
  })
})

describe('progress', () => {
  it('tells of each member when it was seen to have applied it, of laggards, and what their leases allow', () => {
    const wait = new AckWait(VERSION, RULES, 1_000)
    wait.hear(table(member('a', 5), member('b', 4)), 1_003, true)
    wait.hear(table(member('a', 6), member('b', 4)), 1_020, true)
    expect(wait.progress(null, 1_100, OLD, 2_000)).toEqual({
      by: null,
      afterMs: null,
      nodes: [
        { nodeId: 'a', incarnation: 'a-1', appliedAfterMs: 3, leaseExpiredAfterMs: null },
        { nodeId: 'b', incarnation: 'b-1', appliedAfterMs: null, leaseExpiredAfterMs: null },
      ],
      laggards: ['b'],
      leaseRemainingMs: 2_000,
    })
  })

  it('says whose lease had to run out', () => {
    const progress = waitThatHeard(table(member('a', 5), member('b', 4))).progress('lease', 2_100, OLD, 2_000)
    expect(progress).toMatchObject({ by: 'lease', afterMs: 2_100, laggards: ['b'], leaseRemainingMs: 0 })
    expect(progress.nodes.map(({ leaseExpiredAfterMs }) => leaseExpiredAfterMs)).toEqual([null, 2_100])
  })

  it('before anybody was asked reckons with the longest lease known, and with the generation before', () => {
    const wait = waitThatHeard()
    expect(wait.progress(null, 0, OLD, 5_000).leaseRemainingMs).toBe(5_100)
    expect(wait.progress(null, 0, 100, 5_000).leaseRemainingMs).toBe(5_500)
  })
})

it('does not say that all members have applied it when one has left the list without', () => {
  const wait = new AckWait(VERSION, RULES, 0)
  wait.hear(table(member('a', 4), member('b', 4)), 10, true)
  wait.hear(table(member('a', 5)), 1_600, true)
  expect(wait.basis(1_600, OLD, 2_000)).toBe('lease')
  // It is back: what was seen was a table in which it had not joined yet.
  wait.hear(table(member('a', 5), member('b', 5)), 1_700, true)
  expect(wait.basis(1_700, OLD, 2_000)).toBe('members')
})

it('names a laggard that was taken off the list while it was waited for: its lease had to run out', () => {
  const wait = new AckWait(VERSION, RULES, 0)
  wait.hear(table(member('a', 5), member('b', 4)), 10, true)
  wait.hear(table(member('a', 5)), 2_050, true)
  expect(wait.basis(2_050, OLD, 2_000)).toBe('lease')
  expect(wait.progress('lease', 2_050, OLD, 2_000)).toMatchObject({
    laggards: ['b'],
    nodes: [
      { nodeId: 'a', appliedAfterMs: 10, leaseExpiredAfterMs: null },
      { nodeId: 'b', appliedAfterMs: null, leaseExpiredAfterMs: 2_050 },
    ],
  })
})
