import { expect, it } from 'vitest'
import { ScriptedOrigin } from '../testing/cache-world.ts'
import { batchAsk } from './batch-ask.ts'

const { signal } = new AbortController()

function setUp() {
  const origin = new ScriptedOrigin()
  for (const key of ['a', 'b']) origin.rows.set(key, key)
  return { origin, ask: batchAsk(origin, ['a', 'b', 'gone']) }
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

it('lets a flight that begins later ask alone: its askers may know of an invalidation that the batch does not', async () => {
  const { origin, ask } = setUp()
  await ask('a')(signal)
  origin.rows.set('b', 'new')
  expect(await ask('b')(signal)).toMatchObject({ body: Buffer.from('new') })
  expect(origin.calls).toEqual([['a', 'b', 'gone'], ['b']])
})

it('does not let the same key use the batch again once a promise could have run', async () => {
  const { origin, ask } = setUp()
  const first = ask('a')(signal)
  await Promise.resolve()
  await Promise.all([first, ask('a')(signal)])
  expect(origin.calls).toEqual([['a', 'b', 'gone'], ['a']])
})

it('fails for a key that the origin left out', async () => {
  const { origin } = setUp()
  const ask = batchAsk(origin, ['a'])
  await expect(ask('b')(signal)).rejects.toMatchObject({ code: 'origin_failed' })
})
