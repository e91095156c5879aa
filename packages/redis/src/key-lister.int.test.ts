import type { Entry } from '@freshet/core/entries/entry'
import { makeEntry } from '@freshet/core/entries/make-entry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { parsePattern } from '@freshet/core/patterns/parse-pattern'
import { defaultPolicy } from '@freshet/core/policy/namespace-policy'
import { expect, it } from 'vitest'
import { createKeyLister, type KeyLister } from './key-lister.ts'
import { RedisTier } from './l2-tier.ts'
import { throwawayRedis } from './testing/throwaway-redis.ts'

const NOW_MS = 1_700_000_000_000

async function setUp(keys: readonly string[], tags: string[] = []) {
  const { server, connect } = await throwawayRedis()
  const redis = await connect('l2')
  const tier = new RedisTier(redis, 1_000_000)
  const value = {
    body: Buffer.from('x'),
    contentType: 'text/plain',
    etag: null,
    tags,
    ttlMs: 60_000,
    swrMs: 0,
    sieMs: 0,
  }
  const entry = makeEntry(value, { generation: '00000000000000a1', epoch: 1 }, defaultPolicy(), NOW_MS)
  await Promise.all(keys.map((key) => tier.put(key, entry, { compressAboveBytes: 0, nowMs: NOW_MS })))
  return { server, redis, list: createKeyLister(redis), entry }
}

function patternOf(source: string) {
  const pattern = parsePattern(source)
  if ('reason' in pattern) throw new Error(pattern.reason)
  return pattern
}

async function listAll(list: KeyLister, source: string, limit: number, accept = (_key: string, _entry: Entry) => true) {
  const found: string[] = []
  const pageSizes: number[] = []
  let cursor: string | null = null
  do {
    const page = await list({ pattern: patternOf(source), cursor, limit, accept })
    found.push(...page.keys.map(({ key }) => key))
    pageSizes.push(page.keys.length)
    cursor = page.cursor
    expect(cursor?.length ?? 0).toBeLessThan(5_000)
  } while (cursor !== null)
  return { found, pageSizes }
}

/** A listing's cursor but for its place in Redis's table. */
const cursorAt = (scan: string) =>
  Buffer.from(JSON.stringify({ at: { layout: 'only', master: 'only', run: 'x', scan }, held: [] })).toString(
    'base64url',
  )

const many = Array.from({ length: 1_000 }, (_, i) => `${i % 2 ? 'users' : 'shop'}:${i}:profile`)

it('lists every key once, page by page', async () => {
  const { list } = await setUp(many)
  const { found, pageSizes } = await listAll(list, '*', 50)
  expect([...found].sort()).toEqual([...many].sort())
  expect(Math.max(...pageSizes)).toBeLessThanOrEqual(50)
})

it('lists what a pattern matches, with glob characters in keys taken as they are', async () => {
  const { list } = await setUp([...many, 'users:[1]:profile', 'users:*:x'])
  expect((await listAll(list, 'users:?:profile', 50)).found.sort()).toEqual(
    ['1', '3', '5', '7', '9'].map((id) => `users:${id}:profile`),
  )
  expect((await listAll(list, 'users:\\[1\\]:*', 50)).found).toEqual(['users:[1]:profile'])
  expect((await listAll(list, 'users:\\**', 50)).found).toEqual(['users:*:x'])
})

it('shows only what the caller accepts, and other names in Redis never', async () => {
  const { list, redis } = await setUp(many)
  await redis.set('somebody:else', 'x')
  await redis.set(redisKeys.entry('users:broken'), 'not a record')
  const { found } = await listAll(list, '*', 100, (key) => key.startsWith('users:'))
  expect(found).toHaveLength(500)
})

it('reads heads longer than the first bytes it fetches', async () => {
  const tags = Array.from({ length: 64 }, (_, i) => `tag-${i}-${'x'.repeat(100)}`)
  const { list, entry } = await setUp(['k'], tags)
  const { keys } = await list({ pattern: patternOf('*'), cursor: null, limit: 10, accept: () => true })
  expect(keys).toEqual([{ key: 'k', entry: { ...entry, body: Buffer.alloc(0) }, bodyBytes: 1 }])
})

it.each(['', '%%%', cursorAt('18446744073709551616'), 'eyJzY2FuIjoxfQ', cursorAt('x')])(
  'refuses the cursor %j, which no listing gave',
  async (cursor) => {
    const { list } = await setUp([])
    await expect(list({ pattern: patternOf('*'), cursor, limit: 10, accept: () => true })).rejects.toMatchObject({
      code: 'invalid',
      facts: { field: 'cursor' },
    })
  },
)

it('says that the tier is away when it is', async () => {
  const { list, server } = await setUp([])
  server.kill('SIGKILL')
  await expect
    .poll(() =>
      list({ pattern: patternOf('*'), cursor: null, limit: 1, accept: () => true }).catch((error) => error.code),
    )
    .toBe('store_unavailable')
})
