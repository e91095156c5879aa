import type { Cache } from '@freshet/client'
import { FreshetError } from '@freshet/client'
import { expect, test } from 'vitest'
import { makeDocument } from '../keys/document.ts'
import { Oracle } from './oracle.ts'
import { OperationSender } from './send-operations.ts'
import { Tally } from './tally.ts'

const facts = { key: 'load:item:1', bytes: 100, tags: [] }
const written = { epoch: '0.1', etag: null, settled: true }

type Parts = Partial<Pick<Cache, 'readOrLoad' | 'set' | 'invalidate'>>

function setUp(parts: Parts) {
  const tally = new Tally()
  const oracle = new Oracle(1_000)
  const unexpected = () => Promise.reject(new Error('was not to be called'))
  const cache = { readOrLoad: unexpected, set: unexpected, invalidate: unexpected, ...parts }
  return { tally, oracle, sender: new OperationSender({ cache, oracle, tally, ttlMs: 1_000 }) }
}

/** A cache that serves a version whatever happens. */
const serving = (version: number, stale: string | null = null): Parts => ({
  readOrLoad: async () => ({ value: makeDocument(version, 50) as never, source: 'l1', stale, stored: true }),
  set: async () => written,
})

test('a version below one that was acknowledged before the read began is a stale read', async () => {
  const { sender, tally } = setUp(serving(1_000))
  await sender.send('read', facts, performance.now())
  expect(tally.stale).toEqual([])
  await sender.send('write', facts, performance.now())
  await sender.send('read', facts, performance.now())
  expect(tally.stale).toEqual([{ key: facts.key, served: 1_000, acknowledged: 1_001, source: 'l1' }])
})

test('what is marked stale is no broken promise', async () => {
  const { sender, tally } = setUp(serving(1_000, 'degraded'))
  await sender.send('write', facts, performance.now())
  await sender.send('read', facts, performance.now())
  expect([tally.stale, tally.markedStale]).toEqual([[], 1])
})

test('a change that nobody acknowledged may be unknown to readers, and a newer value is right', async () => {
  const { sender, tally } = setUp({ ...serving(5_000), set: async () => ({ ...written, settled: false }) })
  await sender.send('write', facts, performance.now())
  await sender.send('read', facts, performance.now())
  expect([tally.stale, tally.unsettled]).toEqual([[], 1])
})

test('a read that began before the acknowledgement need not know of it', async () => {
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const { sender, tally } = setUp({
    ...serving(1_000),
    readOrLoad: async () => {
      await held
      return { value: makeDocument(1_000, 50) as never, source: 'l1', stale: null, stored: true }
    },
  })
  const reading = sender.send('read', facts, performance.now())
  await sender.send('write', facts, performance.now())
  answer()
  await reading
  expect(tally.stale).toEqual([])
})

test('a load brings what is committed, before anybody acknowledged it', async () => {
  const oracle = new Oracle(1_000)
  const seen: number[] = []
  await oracle.change('k', async () => {
    seen.push(oracle.committed('k'), oracle.floor('k'))
    return true
  })
  expect(seen).toEqual([1_001, 0])
  expect(oracle.floor('k')).toBe(1_001)
})

test('one key is changed by one at a time: the second is sent as a read', async () => {
  let end = () => {}
  const first = new Promise<typeof written>((resolve) => {
    end = () => resolve(written)
  })
  const { sender, tally } = setUp({ ...serving(9_000), set: () => first })
  const writing = sender.send('write', facts, performance.now())
  await sender.send('write', facts, performance.now())
  expect(tally.latency.read.snapshot().count).toBe(1)
  end()
  await writing
  expect(tally.latency.write.snapshot().count).toBe(1)
})

test('failures are counted by their code, and a failed change is no acknowledgement', async () => {
  const { sender, tally, oracle } = setUp({
    set: () => Promise.reject(new FreshetError('log_unavailable', 'away')),
  })
  await sender.send('write', facts, performance.now())
  expect([...tally.errors]).toEqual([['log_unavailable', 1]])
  expect([oracle.floor(facts.key), oracle.committed(facts.key)]).toEqual([0, 1_001])
})
