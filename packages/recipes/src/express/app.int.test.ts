import { createCache } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedProducts } from '../testing/counted-products.ts'
import { listen } from '../testing/listen.ts'
import { createApp } from './app.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
})
afterAll(() => installation.stop())

test('two processes share a query, and a change is seen by both when it was answered', async () => {
  const products = countedProducts()
  const { urls, apiKey } = installation
  const servers = await Promise.all(urls.map((url) => listen(createApp(createCache({ url, apiKey }), products))))
  const [one = '', other = ''] = servers.map(({ url }) => `${url}/products/1`)

  const requests = Array.from({ length: 40 }, (_, i) => fetch(i % 2 === 0 ? one : other))
  const answers = await Promise.all(requests.map(async (answer) => (await answer).json()))
  expect(answers).toEqual(Array(40).fill({ id: '1', name: 'boots', brand: 'alder' }))
  expect(products.queries).toBe(1)
  const before = products.queries

  const body = JSON.stringify({ name: 'sandals', brand: 'alder' })
  const changed = await fetch(one, { method: 'PUT', body, headers: { 'content-type': 'application/json' } })
  expect(changed.status).toBe(200)
  for (const url of [other, one]) expect(await (await fetch(url)).json()).toMatchObject({ name: 'sandals' })
  expect(products.queries).toBe(before + 1)
  for (const server of servers) server.close()
})

test('a product that does not exist is remembered too', async () => {
  const products = countedProducts()
  const { url, close } = await listen(createApp(createCache(installation), products))
  expect((await fetch(`${url}/products/404`)).status).toBe(404)
  const again = await fetch(`${url}/products/404`)
  expect([again.status, again.headers.get('cache-status')]).toEqual([404, expect.stringMatching(/detail="l[12]"/)])
  expect(products.queries).toBe(1)
  close()
})

test('without the cache products are read all the same, and who changes one is told what nobody could be told', async () => {
  const products = countedProducts()
  const nowhere = createCache({ url: 'http://127.0.0.1:1', apiKey: 'fk_x', retries: 0 })
  const { url, close } = await listen(createApp(nowhere, products))
  expect(await (await fetch(`${url}/products/1`)).json()).toMatchObject({ name: 'boots' })
  const body = JSON.stringify({ name: 'sandals', brand: 'alder' })
  const changed = await fetch(`${url}/products/1`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/json' },
  })
  expect(changed.status).toBe(503)
  expect(await changed.json()).toMatchObject({ code: 'unreachable' })
  close()
})
