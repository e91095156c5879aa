import { expect, it } from 'vitest'
import type { Member, MemberTable } from '../coherence/log.ts'
import { MemberWatch } from './member-watch.ts'

const member = (nodeId: string, polls: number, incarnation = 'i'): Member => ({
  nodeId,
  incarnation,
  applied: 0,
  polls,
  leaseMs: 2_000,
})

function watching() {
  const watch = new MemberWatch()
  return (atMs: number, members: Member[], generation = 'g1'): number[] => {
    const table: MemberTable = { generation, tail: 0, members }
    return watch.see(table, atMs).map(({ stillMs }) => stillMs)
  }
}

it('counts from the first table that shows the same number of polls', () => {
  const see = watching()
  expect(see(100, [member('a', 7), member('b', 1)])).toEqual([0, 0])
  expect(see(600, [member('a', 7), member('b', 2)])).toEqual([500, 0])
  expect(see(900, [member('a', 7), member('b', 2)])).toEqual([800, 300])
})

it('begins anew when a member polls again, even if its count went down: it was removed and came back', () => {
  const see = watching()
  see(0, [member('a', 7)])
  expect(see(500, [member('a', 1)])).toEqual([0])
  expect(see(700, [member('a', 1)])).toEqual([200])
})

it('begins anew with a member that was gone from the list', () => {
  const see = watching()
  see(0, [member('a', 7)])
  see(500, [])
  expect(see(900, [member('a', 7)])).toEqual([0])
})

it('takes a restarted process for another member', () => {
  const see = watching()
  see(0, [member('a', 7, 'first')])
  expect(see(900, [member('a', 7, 'second')])).toEqual([0])
})

it('begins anew with a generation: equal counts of two generations mean nothing', () => {
  const see = watching()
  see(0, [member('a', 7)])
  expect(see(900, [member('a', 7)], 'g2')).toEqual([0])
  expect(see(1_000, [member('a', 7)], 'g1')).toEqual([0])
})
