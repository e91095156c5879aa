import { createDb } from '@freshet/db/client'
import pg from 'pg'
import { seedCatalogue } from '../catalogue/seed-catalogue.ts'
import { readSeedEnv } from '../env.ts'
import { seedApiKey } from './seed-api-key.ts'
import { demoEmail, seedPeople } from './seed-people.ts'
import { seedPolicies } from './seed-policies.ts'

/**
 * Fills the shop and the control plane for the demo. May run at every start: it keeps what is there. Prints one line of
 * JSON for the program that starts the demo: {"apiKey", "email", "password"}.
 */
const env = readSeedEnv()
const shop = new pg.Client({ connectionString: env.databaseUrl })
const db = createDb(env.DATABASE_URL)

try {
  const [apiKey] = await Promise.all([
    seedApiKey(db, env.FRESHET_SECRET, env.DEMO_API_KEY),
    seedPeople(db, env.DEMO_PASSWORD),
    seedPolicies(db, env.DEMO_ORIGIN_URL),
    shop.connect(),
  ])
  // Afterwards, because inventing a catalogue keeps this process busy for seconds on a slow machine, and a transaction
  // that waits for its turn meanwhile is past its limit.
  await seedCatalogue(shop)
  process.stdout.write(`${JSON.stringify({ apiKey, email: demoEmail('admin'), password: env.DEMO_PASSWORD })}\n`)
} finally {
  await Promise.all([shop.end(), db.$disconnect()])
}
