import { expect, it } from 'vitest'
import { principalOf } from '../access/permissions.ts'
import { Reach } from '../coherence/log-record.ts'
import { commonReach, reachHolds, reachOf } from './reach.ts'

const holder = (namespaces: '*' | string[]) => principalOf({ kind: 'key', id: '1', name: 'one' }, ['read'], namespaces)

it('of a credential is what it holds', () => {
  expect(reachOf(holder('*'))).toBe('*')
  expect(reachOf(holder(['b', 'a']))).toEqual(['a', 'b'])
  expect(reachOf(holder([]))).toBeNull()
})

it('holds what it lists, and nothing of the prototype', () => {
  expect(reachHolds('*', 'anything')).toBe(true)
  expect(reachHolds(['a'], 'a')).toBe(true)
  expect(reachHolds(['a'], 'constructor')).toBe(false)
})

it('has in common what both hold, or nothing at all', () => {
  expect(commonReach('*', '*')).toBe('*')
  expect(commonReach('*', ['a'])).toEqual(['a'])
  expect(commonReach(['a'], '*')).toEqual(['a'])
  expect(commonReach(['a', 'b'], ['c', 'b'])).toEqual(['b'])
  expect(commonReach(['a'], ['b'])).toBeNull()
})

it('never is a list that a record could not carry', () => {
  for (const reach of [reachOf(holder([])), commonReach(['a'], ['b'])])
    expect(reach === null || Reach.safeParse(reach).success).toBe(true)
})
