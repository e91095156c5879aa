import { randomBytes } from 'node:crypto'
import { createCacheWorld } from '@freshet/core/testing/cache-world'
import { expect, test } from 'vitest'
import { ControlState } from '../control-state.ts'
import { LoadLeasing } from '../load-leasing.ts'
import { offerLoadLease } from './load-lease-headers.ts'

test('a reader who gets the lease of a key that was stored meanwhile is answered, and the lease goes back', async () => {
  const { cache, writer, follower, clock } = createCacheWorld({ origin: null })
  const missed = await cache.read('k')
  expect(missed.kind).toBe('miss')
  const released: string[] = []
  const leasing = new LoadLeasing({
    leases: {
      // Its holder has stored the value and given the lease back, all after our miss.
      take: async () => {
        await writer.put('k', {
          body: Buffer.from('theirs'),
          contentType: 'text/plain',
          etag: null,
          tags: [],
          ttlMs: 60_000,
          swrMs: null,
          sieMs: null,
        })
        return true
      },
      release: async (key) => {
        released.push(key)
      },
    },
    secret: randomBytes(32),
    position: () => follower.version(),
    nowMs: clock.wallMs,
  })
  const fields: string[] = []
  const reply = {
    header(this: never, name: string) {
      fields.push(name)
      return this
    },
  }
  const control = new ControlState(false)
  const answered = await offerLoadLease('k', missed, reply, { cache, leasing, control, complain: () => {} })
  expect(answered).toMatchObject({ kind: 'found', entry: { body: Buffer.from('theirs') }, source: 'l2' })
  expect(fields).toEqual([])
  expect(released).toEqual(['k'])
})
