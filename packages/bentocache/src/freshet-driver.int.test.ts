import { type Cache, createCache } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { BentoCache, bentostore } from 'bentocache'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FreshetDriver, freshetDriver } from './freshet-driver.ts'

let installation: Installation
let cache: Cache
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
  cache = createCache({ url: installation.urls, apiKey: installation.apiKey })
})
afterAll(() => installation.stop())

/** A process of its own, at one node only. */
function bentoAt(url: string, prefix: string) {
  const client = createCache({ url, apiKey: installation.apiKey, routing: 'any' })
  const shared = bentostore({ prefix }).useL2Layer(freshetDriver({ cache: client }))
  return new BentoCache({ default: 'shared', stores: { shared } })
}

test('what one process has deleted no other reads, whichever node it asks, without a bus', async () => {
  const [one, other] = installation.urls.map((url) => bentoAt(url, 'products'))
  if (one === undefined || other === undefined) throw new Error('there are two nodes')
  let price = 1
  const read = (bento: typeof one) => bento.getOrSet({ key: 'boots', ttl: '10m', factory: () => price })
  expect([await read(one), await read(other)]).toEqual([1, 1])
  for (price = 2; price <= 10; price++) {
    await one.delete({ key: 'boots' })
    expect([await read(other), await read(one)]).toEqual([price, price])
  }
})

test('bentocache’s tags and grace periods work over the driver', async () => {
  const bento = bentoAt(installation.url, 'graceful')
  await bento.set({ key: 'a', value: 1, ttl: '10m', tags: ['t'] })
  await bento.deleteByTag({ tags: ['t'] })
  expect(await bento.get({ key: 'a' })).toBeUndefined()

  await bento.set({ key: 'b', value: 1, ttl: 50, grace: '10m' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const failing = () => Promise.reject(new Error('the database is away'))
  expect(await bento.getOrSet({ key: 'b', ttl: 50, grace: '10m', factory: failing })).toBe(1)
})

test('a prefix that is no name of a namespace is cleared without its neighbours', async () => {
  const drivers = ['odd*[a-z] name', 'oddx name', 'a:b', 'a'].map((prefix) => new FreshetDriver({ cache, prefix }))
  const [odd, neighbour, below, above] = drivers
  const read = () => Promise.all(drivers.map((driver) => driver.get('k')))
  for (const driver of drivers) await driver.set('k', 'v')
  await odd?.clear()
  expect(await read()).toEqual([undefined, 'v', 'v', 'v'])
  await below?.clear()
  expect(await read()).toEqual([undefined, 'v', undefined, 'v'])
  await neighbour?.clear()
  await above?.clear()
  expect(await read()).toEqual([undefined, undefined, undefined, undefined])
})

test('without a prefix nothing is cleared', async () => {
  await expect(new FreshetDriver({ cache }).clear()).rejects.toThrow(/prefix/)
})

test('more keys are deleted at once than one invalidation may name', async () => {
  const driver = new FreshetDriver({ cache, prefix: 'many' })
  await Promise.all([driver.set('0', 'v'), driver.set('1049', 'v')])
  await driver.deleteMany(Array.from({ length: 1_050 }, (_, i) => String(i)))
  expect([await driver.get('0'), await driver.get('1049')]).toEqual([undefined, undefined])
})

test('a driver closes the client that it made, and no other', async () => {
  const close = vi.spyOn(cache, 'close')
  await new FreshetDriver({ cache, prefix: 'x' }).disconnect()
  expect(close).not.toHaveBeenCalled()
})
