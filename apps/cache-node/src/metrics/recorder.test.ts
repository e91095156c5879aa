import { makeEntry } from '@freshet/core/entries/make-entry'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { answer, type MissReason, type Source, type StaleCause } from '@freshet/core/tiers/read-result'
import { expect, it } from 'vitest'
import { recordRead } from './record-read.ts'
import { OTHER_NAMESPACES, Recorder } from './recorder.ts'

const value = { body: Buffer.from('x'), contentType: 'a', etag: null, tags: [], ttlMs: 1, swrMs: 0, sieMs: 0 }
const entry = makeEntry(value, { generation: '00000000000000a1', epoch: 1 }, defaultPolicy(), 0)
const found = (source: Source, stale: StaleCause | null = null, missed: MissReason | null = null) =>
  answer(entry, source, stale, missed)

function newRecorder() {
  return new Recorder(() => {})
}

it('counts every read exactly once, as a hit, a stale answer or a miss with its reason', () => {
  const recorder = newRecorder()
  const reads = [
    found('l1'),
    found('l2'),
    found('peer'),
    answer({ ...entry, negative: true }, 'l1', null, null),
    found('l1', 'revalidating'),
    found('l1', 'origin-error', 'expired'),
    found('origin', null, 'absent'),
    found('joined', null, 'invalidated'),
    { kind: 'miss' as const, reason: 'degraded' as const },
  ]
  for (const read of reads) recordRead(recorder, 'users:1', read, 100)
  expect(recorder.hits).toEqual({ l1: 1, l2: 1, peer: 1, negative: 1, stale: 2 })
  expect(recorder.misses).toEqual({ absent: 1, expired: 0, invalidated: 1, degraded: 1, bypass: 0 })
  expect(recorder.namespaces.get('users')).toMatchObject({ hits: 4, stale: 2, misses: 3 })
  const timed = ['get_l1', 'get_l2', 'get_peer', 'get_miss'] as const
  expect(timed.map((operation) => recorder.histogramOf(operation).snapshot().count)).toEqual([3, 1, 1, 4])
})

it('leaves the clock of a batch to the batch', () => {
  const recorder = newRecorder()
  recordRead(recorder, 'k', found('l1'), null)
  expect(recorder.hits.l1).toBe(1)
  expect(recorder.latency.size).toBe(0)
})

it('cannot be filled up with namespaces that a client makes up', () => {
  const recorder = newRecorder()
  for (let i = 0; i < 1_000; i++) recorder.namespace(`n${i}`).hits++
  expect(recorder.namespaces.size).toBe(201)
  expect(recorder.namespaces.get(OTHER_NAMESPACES)?.hits).toBe(800)
})

it('sorts answers by the class of their status', () => {
  const recorder = newRecorder()
  for (const status of [200, 204, 304, 404, 429, 500, 503]) recorder.status(status)
  expect(recorder.requests).toEqual({ ok: 2, notModified: 1, clientError: 2, serverError: 2 })
})
