import { redisKeys } from '@freshet/core/keys/redis-keys'
import { expect, it } from 'vitest'
import { L2Preview, type PreviewQuery } from './l2-preview.ts'
import { entryOf, l2Server, names } from './testing/l2-world.ts'

const query = (matchesKey: PreviewQuery['matchesKey'], changed: Partial<PreviewQuery> = {}): PreviewQuery => ({
  matchesKey,
  matchesTags: null,
  maxLooked: 100_000,
  maxSample: 5,
  ...changed,
})
const inShop = (key: string) => key.startsWith('shop:')

it('within the budget a preview is exact: count, bytes and names', async () => {
  const { put, redis } = await l2Server('a')
  await put(names('shop', 300), entryOf(1, [], 'b'.repeat(2_000)))
  await put(names('users', 900))
  await put(names('shop:big', 150), entryOf(1, [], 'b'.repeat(20_000)))
  await redis.mset('unrelated', 'x', 'shop:1', 'not an entry')
  const preview = await new L2Preview(redis).of(query(inShop))
  expect(preview.count).toEqual({ count: 450, exact: true, standardError: 0, low: 450, high: 450 })
  expect(preview.looked).toBe(1_352)
  expect(preview.sample).toHaveLength(5)
  for (const key of preview.sample) expect(inShop(key)).toBe(true)
  const few = await new L2Preview(redis).of(query((key) => key.startsWith('shop:big:1')))
  const sizes = await Promise.all(
    names('shop:big', 150)
      .filter((key) => key.startsWith('shop:big:1'))
      .map((key) => redis.memory('USAGE', redisKeys.entry(key))),
  )
  expect(few.bytes).toEqual({
    bytes: sizes.reduce<number>((sum, size) => sum + Number(size), 0),
    exact: true,
    standardError: 0,
  })
  // More than 200: estimated from some of them.
  const { bytes } = preview
  expect(bytes.exact).toBe(false)
  expect(Math.abs(bytes.bytes - (300 * 2_200 + 150 * 22_000))).toBeLessThan(5 * bytes.standardError)
})

it('beyond the budget it is an estimate that knows its limits', async () => {
  const { put, redis } = await l2Server('a')
  await put(names('shop', 4_000))
  await put(names('users', 16_000))
  const { count, looked } = await new L2Preview(redis).of(query(inShop, { maxLooked: 2_000 }))
  expect(looked).toBeGreaterThanOrEqual(2_000)
  expect(looked).toBeLessThan(2_100)
  expect(count.exact).toBe(false)
  // Five standard errors: once in two million runs it would be further off.
  expect(Math.abs(count.count - 4_000)).toBeLessThan(5 * count.standardError)
  expect(count.standardError).toBeLessThan(200)
  const none = await new L2Preview(redis).of(query(() => false, { maxLooked: 2_000 }))
  expect(none).toMatchObject({ count: { count: 0, low: 0 }, bytes: { bytes: 0 }, sample: [] })
  expect(none.count.high).toBeGreaterThan(10)
})

it('tags are looked for in the entries that no key named', async () => {
  const { put, redis } = await l2Server('a')
  await put(names('shop', 40), entryOf(1, ['sale']))
  await put(names('users', 60), entryOf(1, ['sale', 'vip']))
  await put(names('plain', 100))
  const asked: string[] = []
  const { count, sample } = await new L2Preview(redis).of(
    query(inShop, {
      matchesTags: (key, tags) => {
        asked.push(key)
        return tags.includes('vip') || (tags.includes('sale') && inShop(key))
      },
      maxSample: 1_000,
    }),
  )
  expect(count).toMatchObject({ count: 100, exact: true })
  expect(sample.sort()).toEqual([...names('shop', 40), ...names('users', 60)].sort())
  expect(asked.filter(inShop)).toEqual([])
})

it('says so when L2 cannot be reached', async () => {
  const { redis, server } = await l2Server('a')
  server.kill('SIGKILL')
  await expect
    .poll(() => new L2Preview(redis).of(query(inShop)).catch(({ code }) => code), { timeout: 10_000 })
    .toBe('store_unavailable')
})
