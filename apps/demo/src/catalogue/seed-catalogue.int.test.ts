import { createDatabase, type TestDatabase } from '@freshet/testing/postgres-database'
import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { seedCatalogue } from './seed-catalogue.ts'
import { CATALOGUE_SIZE } from './size.ts'

let database: TestDatabase
let client: pg.Client

beforeEach(async () => {
  database = await createDatabase({ migrated: false })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})

afterEach(async () => {
  await client.end()
  await database.drop()
})

const count = async (table: string) => Number((await client.query(`select count(*) as n from demo.${table}`)).rows[0].n)

it('fills an empty database in a few seconds', async () => {
  const startedAt = performance.now()
  expect(await seedCatalogue(client)).toBe('created')
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  for (const table of ['products', 'brands', 'users', 'orders', 'reviews'] as const)
    expect(await count(table)).toBe(CATALOGUE_SIZE[table])
  const gaps = await client.query(`select max(id) as last, min(id) as first, count(*)::int as n from demo.products`)
  expect(gaps.rows[0]).toEqual({ first: 1, last: CATALOGUE_SIZE.products, n: CATALOGUE_SIZE.products })
})

it('leaves a shop that is already there as it is, with the prices of today', async () => {
  await seedCatalogue(client)
  await client.query('update demo.products set price_cents = 1 where id = 7')
  expect(await seedCatalogue(client)).toBe('kept')
  const { rows } = await client.query('select price_cents from demo.products where id = 7')
  expect(rows[0].price_cents).toBe(1)
})

it('fills anew what another version left', async () => {
  await seedCatalogue(client)
  await client.query(`update demo.seeded set version = 'older'; delete from demo.order_items`)
  expect(await seedCatalogue(client)).toBe('created')
  expect(await count('order_items')).toBeGreaterThan(CATALOGUE_SIZE.orders)
})

it('is created once when two seeds run at once', async () => {
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  const outcomes = await Promise.all([seedCatalogue(client), seedCatalogue(other)])
  await other.end()
  expect(outcomes.toSorted()).toEqual(['created', 'kept'])
})
