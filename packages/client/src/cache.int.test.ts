import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCache } from './create-cache.ts'
import { type Installation, startInstallation } from './testing/installation.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({
    nodes: 3,
    namespaces: [{ name: 'leased', writes: 'leased' }],
  })
})
afterAll(() => installation?.stop())

const setUp = (options: object = {}) => createCache({ url: installation.urls, apiKey: installation.apiKey, ...options })
let names = 0
const fresh = (namespace = 'users') => `${namespace}:${++names}`

describe('a value', () => {
  test('comes back as it was stored: JSON, bytes, null', async () => {
    const cache = setUp()
    for (const value of [{ a: [1, 'ü', null] }, 'text', 0, false, null, Buffer.from([0, 255, 1])]) {
      const key = fresh()
      const { epoch, settled } = await cache.set(key, value, { ttlMs: 60_000 })
      expect(epoch).toMatch(/^[0-9a-f]{16}\.\d+$/)
      expect(settled).toBe(true)
      expect(await cache.get(key, { minEpoch: epoch })).toEqual(value)
    }
    expect(await cache.get('users:never stored')).toBeUndefined()
  })

  test('is told with its facts', async () => {
    const cache = setUp()
    const key = fresh()
    await cache.set(key, 'v', { ttlMs: 60_000, swrMs: 1_500, tags: ['one', 'ü'] })
    const read = await cache.read(key)
    expect(read).toMatchObject({ found: true, value: 'v', stale: null, tags: ['one', 'ü'] })
    expect(read.found && read.ttlMs).toBeGreaterThan(50_000)
    expect(read.found && read.etag).toMatch(/^".+"$/)
    expect(await cache.read('users:never stored')).toEqual({ found: false, reason: 'miss' })
  })

  test('that its schema does not take counts as none, and types what it takes', async () => {
    const cache = setUp()
    const key = fresh()
    const schema = z.object({ name: z.string(), since: z.coerce.date() })
    await cache.set(key, { name: 'a', since: '2020-01-01' })
    const read = await cache.get(key, { schema })
    expect(read?.since.getUTCFullYear()).toBe(2020)
    await cache.set(key, { nom: 'a' })
    expect(await cache.get(key, { schema })).toBeUndefined()
    expect(await cache.read(key, { schema })).toEqual({ found: false, reason: 'unreadable' })
  })

  test('is stored only under its condition, touched while it is fresh, and gone when it was deleted', async () => {
    const cache = setUp()
    const session = cache.session()
    const key = fresh()
    const { etag } = await session.set(key, 'one', { ifAbsent: true })
    await expect(session.set(key, 'two', { ifAbsent: true })).rejects.toMatchObject({ code: 'precondition_failed' })
    await session.set(key, 'two', { ifMatch: etag ?? '' })
    await session.touch(key, { ttlMs: 3_600_000 })
    expect(await session.read(key)).toMatchObject({ value: 'two', ttlMs: expect.toSatisfy((ms) => ms > 3_000_000) })
    const removed = await session.delete(key)
    expect(removed).toMatchObject({ settled: true, receiptId: expect.any(String) })
    expect(await cache.get(key)).toBeUndefined()
    await expect(session.touch(key, { ttlMs: 1_000 })).rejects.toMatchObject({ code: 'miss' })
  })
})

describe('many values', () => {
  test('are stored and read together, over their owners, and more than fit into one request', async () => {
    const cache = setUp()
    const keys = Array.from({ length: 1_500 }, () => fresh('many'))
    const { epoch, failed } = await cache.mset(keys.map((key, i) => ({ key, value: i, ttlMs: 60_000 })))
    expect(failed.size).toBe(0)
    const values = await cache.mget(['many:none', ...keys], { minEpoch: epoch ?? '' })
    expect(values.size).toBe(1_500)
    expect(keys.every((key, i) => values.get(key) === i)).toBe(true)
    expect((await cache.readMany(['many:none'])).get('many:none')).toEqual({ found: false, reason: 'miss' })
  })

  test('that do not fit into one answer are fetched alone', async () => {
    // Forty megabytes of base64 take a busy machine some time.
    const patient = { attemptTimeoutMs: 20_000, deadlineMs: 25_000 }
    const cache = setUp(patient)
    const large = Buffer.alloc(7 * 1024 * 1024, 'x')
    const keys = Array.from({ length: 6 }, () => fresh('large'))
    for (const key of keys) await cache.set(key, large)
    // One node is asked for all of them: together they are more than an answer holds. Where the second tier is too slow for
    // so much, a node says that it has none, and may be asked again.
    const alone = setUp({ ...patient, url: installation.url, routing: 'any' })
    const sizes = async () => [...(await alone.mget<Buffer>(keys)).values()].map((value) => value.length)
    await expect.poll(sizes, { timeout: 20_000 }).toEqual(keys.map(() => large.length))
  })
})

describe('an invalidation', () => {
  test('ends what it names on every node, and brings the receipt of it', async () => {
    const cache = setUp()
    const key = fresh()
    for (const target of [
      { keys: [key] },
      { tags: ['brand'] },
      { patterns: [`${key}*`, 'nobody:*'] },
      { namespace: 'users' },
    ]) {
      const { epoch } = await cache.set(key, 'v', { tags: ['brand'] })
      for (const url of installation.urls)
        expect(
          await createCache({ url, apiKey: installation.apiKey, routing: 'any' }).get(key, { minEpoch: epoch }),
        ).toBe('v')
      const done = await cache.invalidate(target, { reason: 'a test' })
      expect(done.settled && done.receipts.every(({ state }) => state === 'acknowledged')).toBe(true)
      for (const url of installation.urls)
        expect(await createCache({ url, apiKey: installation.apiKey, routing: 'any' }).get(key)).toBeUndefined()
      expect(await cache.receipt(done.receipts[0]?.id ?? '')).toMatchObject({ state: 'acknowledged' })
    }
  })

  test('that did not wait can be waited for', async () => {
    const cache = setUp()
    const { receipts, settled } = await cache.invalidate({ keys: ['users:1'] }, { wait: 'none' })
    expect([settled, receipts[0]?.state]).toEqual([true, 'appended'])
    expect(await cache.acknowledged(receipts[0]?.id ?? '')).toMatchObject({ state: 'acknowledged' })
  })

  test('of nothing is refused before anybody is asked, and a receipt of nothing is not found', async () => {
    const cache = setUp()
    await expect(cache.invalidate({})).rejects.toMatchObject({ code: 'invalid' })
    await expect(cache.receipt('no-such')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a session', () => {
  test('reads its own writes on every node, at once', async () => {
    const key = fresh()
    const one = createCache({ url: installation.urls[0], apiKey: installation.apiKey, routing: 'any' }).session()
    for (let n = 0; n < 30; n++) {
      await one.set(key, n)
      const other = createCache({ url: installation.urls[1 + (n % 2)], apiKey: installation.apiKey, routing: 'any' })
      expect(await other.session(one.epoch).get(key)).toBe(n)
    }
  })

  test('has seen nothing before its first change, and takes no nonsense for a position', () => {
    expect(setUp().session().epoch).toBeNull()
    expect(() => setUp().session('yesterday')).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

test('a refusal says what was refused: code, status, field, limit and the id under which the node logged it', async () => {
  const cache = setUp()
  await expect(cache.set(`users:${'x'.repeat(600)}`, 1)).rejects.toMatchObject({
    code: 'invalid',
    facts: { status: 422, field: 'key', limit: 512, requestId: expect.any(String) },
  })
  await expect(cache.set(fresh('leased'), 1)).rejects.toMatchObject({ code: 'lease_required', facts: { status: 428 } })
  await expect(setUp({ apiKey: 'fk_wrong' }).get('a')).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('the topology names the nodes', async () => {
  const { nodes } = await setUp().topology()
  expect(nodes.map(({ url }) => url).sort()).toEqual([...installation.urls].sort())
})
