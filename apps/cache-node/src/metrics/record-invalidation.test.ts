import type { Matchers } from '@freshet/core/invalidation/invalidation'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import { expect, it } from 'vitest'
import { recordInvalidation } from './record-invalidation.ts'
import { Recorder } from './recorder.ts'

const none: Matchers = { keys: [], tags: [], patterns: [], namespaces: [], all: false }

function receipt(acknowledgedBy: Receipt['acknowledgedBy'], acknowledgedAfterMs: number | null): Receipt {
  const state = acknowledgedBy === null ? 'appended' : 'acknowledged'
  return {
    id: '1',
    state,
    epoch: null,
    mode: 'hard',
    acceptedAtMs: 0,
    acknowledgedBy,
    acknowledgedAfterMs,
    nodes: [],
    laggards: [],
    leaseRemainingMs: 0,
    archived: false,
  }
}

it('counts an invalidation once, and once under each kind and namespace that it names', () => {
  const recorder = new Recorder(() => {})
  const matchers = { ...none, keys: ['shop:1', 'shop:2', 'users:1'], tags: ['a', 'b'], namespaces: ['shop'] }
  recordInvalidation(recorder, matchers, 'local', receipt(null, null))
  expect(recorder.invalidations).toBe(1)
  expect(recorder.invalidationsByKind).toEqual({ key: 1, tag: 1, pattern: 0, namespace: 1, all: 0 })
  expect([...recorder.namespaces].map(([name, { invalidations }]) => [name, invalidations])).toEqual([
    ['shop', 1],
    ['users', 1],
  ])
})

it('counts how waits for all nodes ended, and no others', () => {
  const recorder = new Recorder(() => {})
  const record = (wait: 'all' | 'local', by: Receipt['acknowledgedBy'], afterMs: number | null) =>
    recordInvalidation(recorder, { ...none, all: true }, wait, receipt(by, afterMs))
  record('local', null, null)
  record('all', 'members', 3)
  record('all', 'members', 4)
  record('all', 'lease', 2_100)
  record('all', null, null)
  expect(recorder.acknowledgements).toEqual({ members: 2, lease: 1, refused: 1 })
  expect(recorder.acknowledgement.snapshot()).toMatchObject({ count: 3, sumUs: 2_107_000 })
})
