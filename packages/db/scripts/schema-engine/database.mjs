import pg from 'pg'

/** Prisma puts its own parameters into the address; pg refuses what it does not know. */
export function plainUrl(url) {
  const plain = new URL(url)
  plain.searchParams.delete('schema')
  return plain.toString()
}

export const schemaOf = (url) => (url ? (new URL(url).searchParams.get('schema') ?? undefined) : undefined)
const databaseOf = (url) => decodeURIComponent(new URL(url).pathname.slice(1))

/** The same server, another database. */
export function withDatabase(url, name) {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.toString()
}

export async function withClient(url, act) {
  const client = new pg.Client({ connectionString: plainUrl(url) })
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

/** A database cannot be created or dropped from inside itself; `postgres` is there on every server. */
const fromOutside = (url, act) => withClient(withDatabase(url, 'postgres'), act)

export async function createDatabase(url) {
  const name = databaseOf(url)
  await fromOutside(url, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`))
  return name
}

export async function dropDatabase(url) {
  const name = databaseOf(url)
  await fromOutside(url, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  )
}
