import { createCache } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedProducts } from '../testing/counted-products.ts'
import { createApp } from './app.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
})
afterAll(() => installation.stop())

test('who changed a product reads the change on another process, whose node nobody waited for', async () => {
  const products = countedProducts()
  const { urls, apiKey } = installation
  const [one, other] = urls.map((url) => createApp(createCache({ url, apiKey, routing: 'any' }), products))
  if (one === undefined || other === undefined) throw new Error('there are two nodes')
  for (const app of [one, other]) expect((await app.inject('/products/1')).json()).toMatchObject({ name: 'boots' })
  expect(products.queries).toBe(1)

  for (let round = 1; round <= 20; round++) {
    const payload = { name: `boots ${round}`, brand: 'alder' }
    const { headers } = await one.inject({ method: 'PUT', url: '/products/1', payload })
    const seen = await other.inject({
      url: '/products/1',
      headers: { 'freshet-epoch': String(headers['freshet-epoch']) },
    })
    expect(seen.json()).toMatchObject({ name: `boots ${round}` })
  }
  await Promise.all([one.close(), other.close()])
})

test('a product that does not exist is not found', async () => {
  const app = createApp(createCache(installation), countedProducts())
  expect((await app.inject('/products/none')).statusCode).toBe(404)
  await app.close()
})
