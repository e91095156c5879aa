import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from './postgres.ts'
import { createDatabase } from './postgres-database.ts'

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a throwaway PostgreSQL keeps what was committed through a crash of its process', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  await query(server.url, 'create table kept (word text); insert into kept values ($$yes$$)')
  server.kill('SIGKILL')
  await server.restart()
  expect(await query(server.url, 'select word from kept')).toEqual([{ word: 'yes' }])
})

test('each database is alone, and carries the migrations', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()])
  onTestFinished(() => Promise.all([one.drop(), other.drop()]).then(() => undefined))
  await query(one.url, 'create table only_here (id int)')
  await expect(query(other.url, 'select * from only_here')).rejects.toThrow(/does not exist/)
  expect(await query(other.url, 'select 1 as migrated from _prisma_migrations limit 1')).toEqual([{ migrated: 1 }])
})
