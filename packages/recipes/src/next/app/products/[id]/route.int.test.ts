import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { GET, PUT } from './route.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation()
  vi.stubEnv('FRESHET_URL', installation.url)
  vi.stubEnv('FRESHET_API_KEY', installation.apiKey)
})
afterAll(() => installation.stop())

const context = (id: string) => ({ params: Promise.resolve({ id }) })
const address = 'http://shop.test/products/1'

test('a product is read, changed and read anew', async () => {
  expect(await (await GET(new Request(address), context('1'))).json()).toMatchObject({ name: 'boots' })
  const body = JSON.stringify({ name: 'sandals', brand: 'alder' })
  const changed = await PUT(new Request(address, { method: 'PUT', body }), context('1'))
  expect([changed.status, await changed.json()]).toEqual([200, { id: '1', name: 'sandals', brand: 'alder' }])
  expect(await (await GET(new Request(address), context('1'))).json()).toMatchObject({ name: 'sandals' })
  expect((await GET(new Request(address), context('none'))).status).toBe(404)
})
