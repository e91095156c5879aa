import { expect, it } from 'vitest'
import { makeEntry } from '../entries/make-entry.ts'
import { defaultPolicy } from '../policy/namespace-policy.ts'
import { sweepAction } from './sweep-action.ts'

const APPLIED = 9
const [STORED_MS, TTL_MS, SWR_MS] = [1_000, 100, 50]

function entryWith(swrMs = SWR_MS) {
  const value = { body: Buffer.from('x'), contentType: '', etag: null, tags: [], ttlMs: TTL_MS, swrMs, sieMs: null }
  return makeEntry(value, { generation: '000000000000000a', epoch: 3 }, defaultPolicy(), STORED_MS)
}

it('removes what is dead, and keeps as it is what may still be served marked', () => {
  expect(sweepAction(entryWith(), 'dead', APPLIED, STORED_MS)).toEqual({ act: 'remove' })
  expect(sweepAction(entryWith(), 'superseded', APPLIED, STORED_MS)).toEqual({ act: 'keep' })
})

it('stamps what is untouched with what it knows, and never lowers a stamp', () => {
  const freshUntilMs = STORED_MS + TTL_MS
  expect(sweepAction(entryWith(), 'valid', APPLIED, STORED_MS)).toEqual({ act: 'stamp', stamp: APPLIED, freshUntilMs })
  const stamped = { ...entryWith(), stamp: 12 }
  expect(sweepAction(stamped, 'valid', APPLIED, STORED_MS)).toEqual({ act: 'stamp', stamp: 12, freshUntilMs })
})

it('writes softness into the deadlines, stale on every clock, so that the value outlives the soft record', () => {
  const nowMs = STORED_MS + 10
  expect(sweepAction(entryWith(), 'softened', APPLIED, nowMs)).toEqual({
    act: 'stamp',
    stamp: APPLIED,
    freshUntilMs: STORED_MS,
  })
})

it('removes what is softened and has no window in which it would be served', () => {
  expect(sweepAction(entryWith(0), 'softened', APPLIED, STORED_MS)).toEqual({ act: 'remove' })
  expect(sweepAction(entryWith(), 'softened', APPLIED, STORED_MS + TTL_MS + SWR_MS)).toEqual({ act: 'remove' })
})
