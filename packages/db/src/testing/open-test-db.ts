import { createDatabase } from '@freshet/testing/postgres-database'
import { createDb, type Db } from '../client.ts'

/**
 * A migrated database of the test's own, and a client of it.
 * @param atEnd when both go: vitest's `afterAll` for a file, `onTestFinished` for one test.
 */
export async function openTestDb(atEnd: (close: () => Promise<void>) => void): Promise<{ db: Db; url: string }> {
  const database = await createDatabase()
  const db = createDb(database.url)
  atEnd(async () => {
    await db.$disconnect()
    await database.drop()
  })
  return { db, url: database.url }
}
