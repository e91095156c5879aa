import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createDatabase, type TestDatabase } from '@freshet/testing/postgres-database'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { seedCatalogue } from '../catalogue/seed-catalogue.ts'
import { changePrices } from './change-prices.ts'
import { type Change, Invalidator } from './invalidator.ts'
import { runPriceChanger } from './price-changer.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase
let db: pg.Pool

beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await seedCatalogue(client)
  await client.end()
  db = new pg.Pool({ connectionString: database.url })
})

afterAll(async () => {
  await db.end()
  await database.drop()
})

/** A node as far as an invalidation can see it. */
let node: Server
let nodeUrl: string
let told: Change
let status = 200

const Body = z.strictObject({
  keys: z.array(z.string()).min(1).max(1_000).optional(),
  tags: z.array(z.string()).min(1).max(1_000).optional(),
  reason: z.string(),
})

beforeEach(async () => {
  told = { keys: [], tags: [] }
  status = 200
  node = createServer((request, response) => {
    expect(request.headers.authorization).toBe('Bearer secret')
    expect(`${request.method} ${request.url}`).toBe('POST /api/invalidate')
    text(request).then((body) => {
      const { keys = [], tags = [] } = Body.parse(JSON.parse(body))
      if (status === 200) told = { keys: [...told.keys, ...keys], tags: [...told.tags, ...tags] }
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
  nodeUrl = `http://127.0.0.1:${(node.address() as AddressInfo).port}`
})

afterEach(() => new Promise((resolve) => node.close(resolve)))

const snapshot = async () => {
  const { rows } = await db.query<{ id: number; line: string }>(
    `select id, concat(price_cents, '/', stock, '/', updated_at) as line from demo.products order by id`,
  )
  return new Map(rows.map(({ id, line }) => [id, line]))
}

it('names exactly the products that it changed', async () => {
  const before = await snapshot()
  const changed = await changePrices(db, 50)
  const after = await snapshot()
  const differing = [...after].filter(([id, line]) => before.get(id) !== line).map(([id]) => id)
  expect(changed.toSorted()).toEqual(differing.toSorted())
  expect(changed.length).toBeGreaterThan(20)
})

it('survives changing the same products at the same time', async () => {
  await Promise.all(Array.from({ length: 20 }, () => changePrices(db, 200)))
  const { rows } = await db.query('select min(price_cents) as price, min(stock) as stock from demo.products')
  expect(rows[0].price).toBeGreaterThan(0)
  expect(rows[0].stock).toBeGreaterThanOrEqual(0)
})

it('invalidates what it changed', async () => {
  const invalidator = new Invalidator({ nodeUrls: [nodeUrl], apiKey: 'secret', log })
  const stop = new AbortController()
  const before = await snapshot()
  const running = runPriceChanger({ db, invalidator, changesPerSecond: 5, log }, stop.signal)
  await expect.poll(() => told.keys.length).toBeGreaterThan(2)
  stop.abort()
  await running
  const after = await snapshot()
  const differing = [...after].filter(([id, line]) => before.get(id) !== line).map(([id]) => id)
  const [tag, ...others] = told.tags
  expect(others).toEqual([])
  const { rows } = await db.query<{ id: number }>(`select id from demo.products where brand_id = $1`, [
    tag?.replace('brand-', ''),
  ])
  const invalidated = new Set([...told.keys, ...rows.map(({ id }) => `products:${id}`)])
  expect([...invalidated].toSorted()).toEqual(differing.map((id) => `products:${id}`).toSorted())
  await invalidator.close()
})

it('keeps what no node took and tells it again, and goes past a node that is away', async () => {
  const invalidator = new Invalidator({ nodeUrls: ['http://127.0.0.1:1', nodeUrl], apiKey: 'secret', log })
  invalidator.add({ keys: ['products:1', 'products:2'], tags: ['brand-1'] })
  status = 503
  await invalidator.flush()
  expect(invalidator.pendingCount).toBe(3)
  expect(told).toEqual({ keys: [], tags: [] })
  status = 200
  await invalidator.flush()
  expect(invalidator.pendingCount).toBe(0)
  expect(told).toEqual({ keys: ['products:1', 'products:2'], tags: ['brand-1'] })
  await invalidator.close()
})

it('tells of more than one request takes in several', async () => {
  const invalidator = new Invalidator({ nodeUrls: [nodeUrl], apiKey: 'secret', log })
  const keys = Array.from({ length: 2_500 }, (_, i) => `products:${i}`)
  invalidator.add({ keys, tags: [] })
  await invalidator.flush()
  expect(told.keys).toEqual(keys)
  await invalidator.close()
})
