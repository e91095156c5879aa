import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startService } from '../processes/service.mjs'
import { either, waitUntil } from '../processes/wait-until.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'
import { ensureCluster, POSTGRES_USER, removeStaleLock } from './postgres-cluster.mjs'

/**
 * @typedef {object} PostgresOptions
 * @property {import('./postgres-place.mjs').PostgresPlace} place
 * @property {number} port
 * @property {string} password
 * @property {string} database created when it is missing.
 * @property {string} logFile
 * @property {string} [runDir]
 * @property {boolean} [ownGroup] as for any service.
 * @property {AbortSignal} [signal] gives up waiting, and stops it.
 * @property {boolean} durable false gives up what a crash would lose, for speed; tests only.
 *
 * @typedef {import('../processes/service.mjs').Service & { url: string }} PostgresServer
 */

/** How long the sessions of a PostgreSQL that was killed may take to notice it. One that computes looks up late. */
const SESSIONS_LEAVE_WITHIN_MS = 30_000

/**
 * Starts a PostgreSQL of our own on loopback (no socket file), and waits until its database is there.
 * @param {PostgresOptions} options
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgresServer(options) {
  const { place, logFile, signal } = options
  await ensureCluster(place, options.password)
  const deadline = performance.now() + SESSIONS_LEAVE_WITHIN_MS
  for (;;) {
    removeStaleLock(place.dataDir)
    const service = await startService(postmaster(options))
    if (await becameReady(service, options)) return { ...service, url: urlOf(options, options.database) }
    await service.stop()
    const log = tailOf(logFile)
    // The data still has a session of the one that was killed. PostgreSQL refuses, rightly, until it has gone.
    const isHeld = log.includes('pre-existing shared memory block')
    if (!isHeld || performance.now() > deadline || signal?.aborted) {
      throw new ExplainedError(`PostgreSQL did not start; the end of ${logFile}:\n${log}`)
    }
    await sleep(100)
  }
}

/** @param {PostgresOptions} options @returns {import('../processes/service.mjs').ServiceSpec} */
function postmaster({ place, port, logFile, runDir, ownGroup, durable }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '200',
    // Commits still reach the kernel, so that a killed process loses nothing; only a machine that dies could.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    name: 'postgres',
    command: place.binaries.postgres,
    args: ['-D', place.dataDir, '-p', String(port), ...set],
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    uid: place.account?.uid,
    gid: place.account?.gid,
    logFile,
    runDir,
    ownGroup,
    // PostgreSQL's fast shutdown: end the sessions, write everything, leave nothing to recover. SIGTERM waits for clients.
    stopSignal: 'SIGINT',
  }
}

/** @param {import('../processes/service.mjs').Service} service @param {PostgresOptions} options */
async function becameReady(service, options) {
  const prepared = () =>
    ensureDatabase(urlOf(options, 'postgres'), options.database).catch(async (error) => {
      if (!isRefusal(error)) return false
      await service.stop()
      throw refused(options.place.dataDir)
    })
  return waitUntil(prepared, { timeoutMs: 60_000, intervalMs: 20, signal: either(service.gone, options.signal) })
}

/** @param {PostgresOptions} options @param {string} database */
function urlOf({ port, password }, database) {
  return `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`
}

/** @param {string} adminUrl @param {string} name @returns {Promise<true>} */
async function ensureDatabase(adminUrl, name) {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
    return true
  } finally {
    await client.end()
  }
}

/** @param {unknown} error @returns {boolean} whether it runs, but does not know our password. */
function isRefusal(error) {
  return ['28P01', '28000'].includes(/** @type {{ code?: string }} */ (error).code ?? '')
}

/** @param {string} dataDir */
function refused(dataDir) {
  return new ExplainedError(
    `PostgreSQL's data in ${dataDir} belongs to another .freshet/secrets.json, which is lost: ` +
      'bring that file back, or begin anew with `npm start -- --fresh`, which deletes the data.',
  )
}
