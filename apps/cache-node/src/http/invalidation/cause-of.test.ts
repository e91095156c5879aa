import { principalOf } from '@freshet/core/access/permissions'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { derivedId, idempotencyDigest, invalidationId } from './cause-of.ts'

const one = principalOf({ kind: 'key', id: 'one', name: 'One' }, ['invalidate'], '*')
const other = principalOf({ kind: 'token', id: 'one', name: 'One' }, ['invalidate'], '*')

it('an invalidation without an Idempotency-Key is another one each time', () => {
  expect(invalidationId(one, null)).not.toBe(invalidationId(one, null))
})

it('with one it is the same for the same caller, and another for another', () => {
  expect(invalidationId(one, 'k')).toBe(invalidationId(one, 'k'))
  expect(invalidationId(one, 'k')).not.toBe(invalidationId(one, 'l'))
  expect(invalidationId(one, 'k')).not.toBe(invalidationId(other, 'k'))
})

it('what follows from an invalidation has an id of its own, the same each time', () => {
  const id = invalidationId(one, 'k')
  expect(derivedId(id, 'repeat')).toBe(derivedId(id, 'repeat'))
  expect(new Set([id, derivedId(id, 'repeat'), derivedId(id, 'rule')]).size).toBe(3)
})

it('every id is a UUID', () => {
  for (let i = 0; i < 100; i++)
    for (const id of [invalidationId(one, null), invalidationId(one, `${i}`), derivedId(`${i}`, 'repeat')])
      expect(z.uuid().safeParse(id).success, id).toBe(true)
})

it('the key itself is in no digest', () => {
  expect(idempotencyDigest(one, 'secret')).toMatch(/^[0-9a-f]{64}$/)
})
