import { type Cache, createCache, FreshetError } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import Keyv from 'keyv'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { KeyvFreshet } from './keyv-freshet.ts'

let installation: Installation
let cache: Cache
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
  cache = createCache({ url: installation.urls, apiKey: installation.apiKey })
})
afterAll(() => installation.stop())

const keyvOf = (namespace: string, store = new KeyvFreshet(cache)) =>
  new Keyv({ store, namespace, throwOnErrors: true })
/** As another process would see it, at one node only. */
const at = (url: string) => createCache({ url, apiKey: installation.apiKey, routing: 'any' })

test('what was written is what every node serves, and what was deleted is what none does', async () => {
  const keyv = keyvOf('sessions')
  for (let round = 0; round < 10; round++) {
    await keyv.set('42', { round })
    for (const url of installation.urls)
      expect(await keyvOf('sessions', new KeyvFreshet(at(url))).get('42')).toEqual({ round })
  }
  await keyv.delete('42')
  for (const url of installation.urls)
    expect(await keyvOf('sessions', new KeyvFreshet(at(url))).get('42')).toBeUndefined()
})

test('many are set, read and deleted at once, more than one invalidation may name', async () => {
  const keyv = keyvOf('many')
  const keys = Array.from({ length: 1_100 }, (_, i) => `key ${i}`)
  const set = keys.slice(0, 20).map((key, i) => ({ key, value: i, ttl: 60_000 }))
  await keyv.setMany(set)
  expect(await keyv.getMany(keys.slice(18, 22))).toEqual([18, 19, undefined, undefined])
  expect(await keyv.hasMany(keys.slice(18, 22))).toEqual([true, true, false, false])
  expect(await keyv.deleteMany(keys)).toBe(true)
  expect(await keyv.deleteMany(keys)).toBe(false)
  expect(await keyv.getMany(keys.slice(0, 2))).toEqual([undefined, undefined])
})

test.each(['plain', 'with:colon', 'with space', 'wild*[a-z]?\\', 'ünï'])(
  'the namespace %j is cleared, and iterated over, without its neighbours',
  async (namespace) => {
    const neighbours = ['wild-b', `${namespace}x`, 'plainer', 'with']
    const all = [namespace, ...neighbours.filter((each) => each !== namespace)].map((each) => keyvOf(each))
    await Promise.all(all.map((keyv) => keyv.set('a', keyv.namespace)))
    const store = new KeyvFreshet(cache)
    store.namespace = namespace
    const seen: string[] = []
    for await (const [key] of store.iterator()) seen.push(key)
    expect(seen).toEqual([`${namespace}:a`])
    await store.clear()
    expect(await Promise.all(all.map((keyv) => keyv.get('a')))).toEqual([
      undefined,
      ...all.slice(1).map((keyv) => keyv.namespace),
    ])
    await Promise.all(all.map((keyv) => keyv.clear()))
  },
)

test('without a namespace nothing is cleared', async () => {
  await expect(new KeyvFreshet(cache).clear()).rejects.toThrow(/namespace/)
})

test('what has no time to live stays, and what has one is gone when it is over', async () => {
  const keyv = keyvOf('lives')
  await keyv.set('long', 1)
  await keyv.set('short', 2, 300)
  expect(await cache.read('lives:long')).toMatchObject({
    found: true,
    stale: null,
    ttlMs: expect.closeTo(365 * 86_400_000, -5),
  })
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(await cache.read('lives:short')).toEqual({ found: false, reason: 'miss' })
})

test('objects are kept as they are where Keyv serialises nothing', async () => {
  const keyv = new Keyv({ store: new KeyvFreshet(cache), namespace: 'objects' })
  keyv.serialize = undefined as never
  keyv.deserialize = undefined as never
  await keyv.set('a', { b: [1] })
  expect(await keyv.get('a')).toEqual({ b: [1] })
})

describe('without a node that answers', () => {
  const nowhere = () => new KeyvFreshet(createCache({ url: 'http://127.0.0.1:1', apiKey: 'fk_x', retries: 0 }))

  test('a get is a miss for Keyv, whose listeners are told why', async () => {
    const keyv = new Keyv({ store: nowhere() })
    const told = vi.fn()
    keyv.on('error', told)
    expect(await keyv.get('a')).toBeUndefined()
    expect(told).toHaveBeenCalledWith(expect.objectContaining({ code: 'unreachable' }))
  })

  test('a store without listeners does not end its process', async () => {
    await expect(nowhere().get('a')).rejects.toBeInstanceOf(FreshetError)
  })

  test('a write says that it was not done', async () => {
    const keyv = new Keyv({ store: nowhere() })
    keyv.on('error', () => {})
    expect(await keyv.set('a', 1)).toBe(false)
  })
})

test('a store closes the client that it made, and no other', async () => {
  const close = vi.spyOn(cache, 'close')
  await new Keyv({ store: new KeyvFreshet(cache) }).disconnect()
  expect(close).not.toHaveBeenCalled()
  vi.stubEnv('FRESHET_URL', installation.url)
  vi.stubEnv('FRESHET_API_KEY', installation.apiKey)
  const own = new Keyv({ store: new KeyvFreshet(), namespace: 'own' })
  await own.set('a', 1)
  expect(await own.get('a')).toBe(1)
  await own.disconnect()
})
