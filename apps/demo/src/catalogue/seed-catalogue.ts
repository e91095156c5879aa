import type pg from 'pg'
import { CATALOGUE_VERSION, generateCatalogue } from './generate.ts'
import { CREATE_CATALOGUE } from './schema.ts'

/** Tables in the order in which their foreign keys allow them. */
const TABLES = ['categories', 'brands', 'products', 'users', 'orders', 'order_items', 'reviews'] as const
/** Any number that no other program locks; two seeds at once take turns by it. */
const SEED_LOCK = 7_316_002

/** Creates the shop unless it is there already in this version; prices and stock that changed since are kept. */
export async function seedCatalogue(client: pg.Client): Promise<'created' | 'kept'> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [SEED_LOCK])
    const kept = (await seededVersion(client)) === CATALOGUE_VERSION
    if (!kept) await create(client)
    await client.query('commit')
    return kept ? 'kept' : 'created'
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

async function seededVersion(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ table: string | null }>(`select to_regclass('demo.seeded') as table`)
  if (!rows[0]?.table) return null
  const seeded = await client.query<{ version: string }>('select version from demo.seeded')
  return seeded.rows[0]?.version ?? null
}

async function create(client: pg.Client): Promise<void> {
  await client.query('drop schema if exists demo cascade')
  await client.query(CREATE_CATALOGUE)
  const catalogue = generateCatalogue()
  for (const table of TABLES) {
    const columns = Object.keys(catalogue[table][0] ?? {}).join(', ')
    await client.query(
      `insert into demo.${table} (${columns}) select ${columns} from json_populate_recordset(null::demo.${table}, $1)`,
      [JSON.stringify(catalogue[table])],
    )
  }
  await client.query('insert into demo.seeded (version) values ($1)', [CATALOGUE_VERSION])
  // Without statistics the first minutes' searches and recommendations would be planned blindly.
  for (const table of TABLES) await client.query(`analyze demo.${table}`)
}
