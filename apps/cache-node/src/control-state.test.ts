import { ControlDocument } from '@freshet/core/contracts/control-document'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { expect, it } from 'vitest'
import { ControlState } from './control-state.ts'

const document = (fields: object) => ControlDocument.parse({ revision: 1, namespaces: [], apiKeys: [], ...fields })

it('works by defaults until the control plane has spoken', () => {
  const state = new ControlState()
  expect(state.policyOf('users')).toEqual(defaultPolicy())
  expect([state.revision, state.apiKeys]).toEqual([0, null])
  expect(() => state.requireDeclared('users')).not.toThrow()
})

it('gives a namespace that nobody declared the policy named default', () => {
  const state = new ControlState()
  state.adopt(
    document({
      namespaces: [
        { name: 'default', ttlMs: 5 },
        { name: 'users', ttlMs: 7 },
      ],
    }),
  )
  expect([state.policyOf('users').ttlMs, state.policyOf('other').ttlMs, state.policyOf('__proto__').ttlMs]).toEqual([
    7, 5, 5,
  ])
})

it('refuses undeclared namespaces where the installation is strict', () => {
  const state = new ControlState(true)
  state.adopt(document({ namespaces: [{ name: 'users' }] }))
  expect(() => state.requireDeclared('users')).not.toThrow()
  expect(() => state.requireDeclared('other')).toThrow(/not declared/)
})

it('brings a new map of keys with each document, so that what was verified against the old one is verified again', () => {
  const state = new ControlState()
  state.adopt(document({}))
  const before = state.apiKeys
  state.adopt(document({ revision: 2 }))
  expect(state.apiKeys).not.toBe(before)
})

it('holds the event rules of the last document', () => {
  const state = new ControlState()
  expect(state.eventRules).toEqual([])
  const rule = {
    id: '0199a6b2-0000-4000-8000-000000000001',
    name: 'one',
    eventType: '*',
    targets: [{ kind: 'tags', template: 't' }],
    reach: '*',
  }
  state.adopt(document({ eventRules: [rule] }))
  expect(state.eventRules).toMatchObject([rule])
  state.adopt(document({ revision: 2 }))
  expect(state.eventRules).toEqual([])
})
