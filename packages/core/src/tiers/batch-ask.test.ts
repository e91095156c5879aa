import { expect, it } from 'vitest'
import { ScriptedOrigin } from '../testing/cache-world.ts'
import { batchAsk } from './batch-ask.ts'

const { signal } = new AbortController()

function setUp() {
  const origin = new ScriptedOrigin()
  for (const key of ['a', 'b']) origin.rows.set(key, key)
  const at = { epoch: 1 }
  const ask = batchAsk(origin, ['a', 'b', 'gone'], () => ({ generation: 'g', epoch: at.epoch }))
  return { origin, ask, at }
}

it('asks once for all its keys, when the first is asked for', async () => {
  const { origin, ask } = setUp()
  expect(origin.calls).toEqual([])
  const replies = await Promise.all([ask('b')(signal), ask('a')(signal), ask('gone')(signal)])
  expect(replies.map((reply) => (reply.kind === 'found' ? String(reply.body) : reply.kind))).toEqual([
    'b',
    'a',
    'absent',
  ])
  expect(origin.calls).toEqual([['a', 'b', 'gone']])
})

it('lets a flight that began after an invalidation ask alone: the batch may be older than it (verAtStart)', async () => {
  const { origin, ask, at } = setUp()
  await ask('a')(signal)
  at.epoch = 2
  await ask('b')(signal)
  expect(origin.calls).toEqual([['a', 'b', 'gone'], ['b']])
})

it('fails for a key that the origin left out', async () => {
  const { origin } = setUp()
  const ask = batchAsk(origin, ['a'], () => null)
  await expect(ask('b')(signal)).rejects.toMatchObject({ code: 'origin_failed' })
})
