import { principalOf } from '@freshet/core/access/permissions'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { derivedId, idempotencyDigest, invalidationId } from './cause-of.ts'

const one = principalOf({ kind: 'key', id: 'one', name: 'One' }, ['invalidate'], '*')
const other = principalOf({ kind: 'token', id: 'one', name: 'One' }, ['invalidate'], '*')

it('an invalidation without an Idempotency-Key is another one each time', () => {
  expect(invalidationId(one, null, 'said')).not.toBe(invalidationId(one, null, 'said'))
})

it('with one it is the same for the same request of the same caller, and another for another', () => {
  expect(invalidationId(one, 'k', 'said')).toBe(invalidationId(one, 'k', 'said'))
  expect(invalidationId(one, 'k', 'said')).not.toBe(invalidationId(one, 'l', 'said'))
  expect(invalidationId(one, 'k', 'said')).not.toBe(invalidationId(other, 'k', 'said'))
  expect(invalidationId(one, 'k', 'said')).not.toBe(invalidationId(one, 'k', 'something else'))
})

it('what follows from an invalidation has an id of its own, the same each time', () => {
  const id = invalidationId(one, 'k', 'said')
  expect(derivedId(id, 'repeat')).toBe(derivedId(id, 'repeat'))
  expect(new Set([id, derivedId(id, 'repeat'), derivedId(id, 'rule')]).size).toBe(3)
})

it('every id is a UUID', () => {
  for (let i = 0; i < 100; i++)
    for (const id of [
      invalidationId(one, null, 'said'),
      invalidationId(one, `${i}`, 'said'),
      derivedId(`${i}`, 'repeat'),
    ])
      expect(z.uuid().safeParse(id).success, id).toBe(true)
})

it('the key itself is in no digest', () => {
  expect(idempotencyDigest(one, 'secret')).toMatch(/^[0-9a-f]{64}$/)
})
