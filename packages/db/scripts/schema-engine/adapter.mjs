import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { plainUrl, schemaOf, withClient, withDatabase } from './database.mjs'

/**
 * adapter-pg is made for queries and refuses types that only the system catalogue has. Each stands for one that it
 * knows: "char", int2vector, name[], "char"[], regclass, regtype, pg_node_tree.
 */
const CATALOGUE_TYPES = { 18: 1042, 22: 1005, 1003: 1009, 1002: 1009, 2205: 25, 2206: 25, 194: 25 }
const CHAR_OID = 18

/** The engine asks for single characters where the catalogue says "char"; adapter-pg would hand it text. */
function readCatalogueTypes(connection) {
  const typesOf = new WeakMap()
  const performIO = connection.performIO.bind(connection)
  const queryRaw = connection.queryRaw.bind(connection)
  connection.performIO = async (query) => {
    const reply = await performIO(query)
    typesOf.set(query, reply.fields?.map((field) => field.dataTypeID) ?? [])
    for (const field of reply.fields ?? []) field.dataTypeID = CATALOGUE_TYPES[field.dataTypeID] ?? field.dataTypeID
    return reply
  }
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const [i, oid] of (typesOf.get(query) ?? []).entries())
      if (oid === CHAR_OID) result.columnTypes[i] = ColumnTypeEnum.Character
    return result
  }
}

/**
 * Connections for the WASM engine, with what adapter-pg lacks for migrations. `closeAll` ends those that the engine left
 * open, which would keep the process alive.
 */
export function migrationAdapter({ url, shadowDatabaseUrl }) {
  const open = new Set()

  async function connect(target, afterwards) {
    // One session: advisory locks, SET and BEGIN ... COMMIT belong to a connection and not to a pool.
    const pool = new pg.Pool({ connectionString: plainUrl(target), max: 1, idleTimeoutMillis: 0 })
    const connection = await new PrismaPg(pool, { disposeExternalPool: false, schema: schemaOf(url) }).connect()
    readCatalogueTypes(connection)
    // adapter-pg splits scripts at each semicolon, inside $$ bodies and literals too; the simple protocol needs no split.
    connection.executeScript = async (sql) => {
      try {
        await pool.query(sql)
      } catch (error) {
        connection.onError(error)
      }
    }
    connection.dispose = async () => {
      if (!open.delete(connection)) return
      await pool.end()
      await afterwards?.()
    }
    open.add(connection)
    return connection
  }

  /** The shadow database must be another one than the target; adapter-pg would replay migrations in place. */
  async function connectToShadowDb() {
    if (shadowDatabaseUrl) return connect(shadowDatabaseUrl)
    const name = `prisma_migrate_shadow_db_${randomUUID()}`
    await withClient(url, (client) => client.query(`CREATE DATABASE "${name}"`))
    return connect(withDatabase(url, name), () =>
      withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)),
    )
  }

  return {
    factory: bindMigrationAwareSqlAdapterFactory({
      provider: 'postgres',
      adapterName: '@prisma/adapter-pg',
      connect: () => connect(url),
      connectToShadowDb,
    }),
    async closeAll() {
      for (const connection of [...open]) await connection.dispose()
    },
  }
}
