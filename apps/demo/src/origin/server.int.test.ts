import { BatchAnswer, BatchEntry } from '@freshet/core/origins/batch-form'
import { createDatabase, type TestDatabase } from '@freshet/testing/postgres-database'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedCatalogue } from '../catalogue/seed-catalogue.ts'
import { resources } from './resources/all.ts'
import { buildOrigin } from './server.ts'

let database: TestDatabase
let db: pg.Pool
let shop: FastifyInstance

beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await seedCatalogue(client)
  await client.end()
  db = new pg.Pool({ connectionString: database.url })
  shop = buildOrigin({ db, latencyMedianMs: 0, failureRatio: 0 })
})

afterAll(async () => {
  await shop.close()
  await db.end()
  await database.drop()
})

const get = (url: string, headers: Record<string, string> = {}) => shop.inject({ method: 'GET', url, headers })

it.each([
  ['/products/12', { id: 12, category: expect.any(String), price: { currency: 'EUR' } }, 'product-12 category-12'],
  ['/categories/desks', { slug: 'desks', count: 100 }, 'category-2'],
  ['/users/5', { id: 5, profile: { city: expect.any(String) } }, 'user-5'],
  ['/users/5/recommendations', { user: 5 }, 'user-5 product-'],
  ['/reviews/1', { product: 1 }, 'product-1 reviews'],
  ['/search?q=oak%20desk', { q: 'oak desk' }, 'product-'],
])('%s answers with its tags', async (url, document, tags) => {
  const answer = await get(url)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject(document)
  expect(answer.headers['surrogate-key']).toContain(tags)
  expect(answer.headers['content-type']).toContain('application/json')
})

it.each([
  '/products/3001',
  '/products/0',
  '/products/99999999999999999999',
  '/products/12x',
  '/products/%00',
  "/products/1'%20or%201=1",
  '/categories/nothing',
  '/users/2001',
  '/users/9999/recommendations',
  '/reviews/3001',
  '/search?q=',
  '/search?q=%00',
])('%s does not exist, which is an answer and no failure', async (url) => {
  expect((await get(url)).statusCode).toBe(404)
})

it('says nothing twice: an entity tag that still holds is a 304', async () => {
  const first = await get('/products/12')
  const etag = String(first.headers.etag)
  expect(etag).toMatch(/^"[\w-]{22}"$/)
  const second = await get('/products/12', { 'if-none-match': etag })
  expect([second.statusCode, second.body]).toEqual([304, ''])
  await db.query('update demo.products set stock = stock + 1 where id = 12')
  const third = await get('/products/12', { 'if-none-match': etag })
  expect(third.statusCode).toBe(200)
  expect(third.headers.etag).not.toBe(etag)
})

it('knows how long a search is worth keeping and leaves a price to the policy', async () => {
  expect((await get('/search?q=chair')).headers['cache-control']).toMatch(/^public, max-age=\d+/)
  expect((await get('/products/1')).headers['cache-control']).toBeUndefined()
})

it('recommends what was bought with the same things, best first, and nothing that this person has', async () => {
  const { products } = (await get('/users/1/recommendations')).json()
  expect(products).toHaveLength(12)
  const counts = products.map((product: { orders: number }) => product.orders)
  expect(counts).toEqual(counts.toSorted((a: number, b: number) => b - a))
  const { rows } = await db.query(
    `select count(*)::int as n from demo.orders o join demo.order_items i on i.order_id = o.id
      where o.user_id = 1 and i.product_id = any($1)`,
    [products.map((product: { id: number }) => product.id)],
  )
  expect(rows[0].n).toBe(0)
})

describe('the batch form', () => {
  const batch = (keys: unknown) => shop.inject({ method: 'POST', url: '/batch', payload: { keys } })

  it('answers every kind of key as its own route would, and leaves out what does not exist', async () => {
    const keys = ['products:1', 'products:3001', 'categories:desks', 'users:7', 'search:oak desk', 'nothing:1', 'bare']
    const answer = await batch(keys)
    expect(answer.statusCode).toBe(200)
    const entries = BatchAnswer.parse(answer.json()).entries.map((entry) => BatchEntry.parse(entry))
    expect(entries.map(({ key }) => key).toSorted()).toEqual(
      ['categories:desks', 'products:1', 'search:oak desk', 'users:7'].toSorted(),
    )
    const single = await get('/products/1')
    const batched = entries.find(({ key }) => key === 'products:1')
    expect(batched?.body.toString()).toBe(single.body)
    expect(batched?.etag).toBe(single.headers.etag)
    expect(batched?.tags.join(' ')).toBe(single.headers['surrogate-key'])
  })

  it.each([[[]], [['a\nb']], ['products:1'], [Array.from({ length: 1_001 }, (_, i) => `products:${i}`)]])(
    'refuses %j',
    async (keys) => expect((await batch(keys)).statusCode).toBe(422),
  )
})

it('describes every route to the cache by a template that leads to it', async () => {
  const id: Record<string, string> = { categories: 'desks', search: 'oak' }
  for (const { namespace, template } of resources) {
    const answer = await get(template.replace('{1}', id[namespace] ?? '1'))
    expect([namespace, answer.statusCode]).toEqual([namespace, 200])
  }
})

it('fails as often as it is told to, but never when asked whether it lives', async () => {
  const failing = buildOrigin({ db, latencyMedianMs: 0, failureRatio: 1 })
  const answers = await Promise.all(Array.from({ length: 50 }, () => failing.inject('/products/1')))
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([500, 503]))
  expect((await failing.inject('/livez')).statusCode).toBe(200)
  await failing.close()
})

it('is as slow as it is told to be', async () => {
  const slow = buildOrigin({ db, latencyMedianMs: 80, failureRatio: 0 })
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: 10 }, () => slow.inject('/products/1')))
  expect(performance.now() - startedAt).toBeGreaterThan(80)
  await slow.close()
})
