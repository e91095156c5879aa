import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type Prisma, PrismaClient } from './generated/prisma/client.ts'

export type Db = PrismaClient
/** A connection or a transaction: queries that may run inside either take this. */
export type DbOrTx = Prisma.TransactionClient

/** How long a query waits for a connection, and how long PostgreSQL may take to answer it, milliseconds. */
const CONNECT_TIMEOUT_MS = 2_000
const QUERY_TIMEOUT_MS = 5_000

/**
 * A pool of connections to PostgreSQL. Nothing is connected before the first query, and broken connections are replaced,
 * so a process may start and go on while the database is away; its queries then fail within `CONNECT_TIMEOUT_MS` with an
 * error that `isDatabaseUnavailable` knows.
 */
export function createDb(url: string, { maxConnections = 10 }: { maxConnections?: number } = {}): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // A stopped server keeps its sockets open and says nothing; without this a query would wait for ever.
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  })
  // Pool and adapter listen for a connection's errors, but not while one hands it to the other. A server that dies at
  // that moment, its last words in the packet that ends a query, would end this process by an error that nobody hears.
  pool.on('connect', (client) => client.on('error', () => {}))
  // A statement that is given up leaves its connection inside the transaction, and the rollback waits behind it and is
  // given up unsent. Back in the pool, whoever came next would work in a transaction that nobody ends, and what it had
  // locked (all of the audit) would stay locked.
  pool.on('release', (_error, client) => {
    if (client instanceof pg.Client && client.getTransactionStatus() !== 'I') void client.end()
  })
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) })
}
