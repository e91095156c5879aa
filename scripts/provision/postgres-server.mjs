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

/**
 * Starts a PostgreSQL of our own on loopback (no socket file), and waits until its database is there.
 * @param {PostgresOptions} options
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgresServer({
  place,
  port,
  password,
  database,
  logFile,
  runDir,
  ownGroup,
  signal,
  durable,
}) {
  await ensureCluster(place, password)
  removeStaleLock(place.dataDir)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '200',
    // Commits still reach the kernel, so that a killed process loses nothing; only a machine that dies could.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  const service = await startService({
    name: 'postgres',
    command: place.binaries.postgres,
    args: [
      '-D',
      place.dataDir,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    uid: place.account?.uid,
    gid: place.account?.gid,
    logFile,
    runDir,
    ownGroup,
    // PostgreSQL's fast shutdown: end the sessions, write everything, leave nothing to recover. SIGTERM waits for clients.
    stopSignal: 'SIGINT',
  })
  const urlOf = (/** @type {string} */ name) => `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${name}`
  const prepared = () =>
    ensureDatabase(urlOf('postgres'), database).catch((error) => {
      if (isRefusal(error)) throw refused(place.dataDir)
      return false
    })
  try {
    const ready = await waitUntil(prepared, { timeoutMs: 60_000, intervalMs: 20, signal: either(service.gone, signal) })
    if (!ready) throw new ExplainedError(`PostgreSQL did not start; the end of ${logFile}:\n${tailOf(logFile)}`)
  } catch (error) {
    await service.stop()
    throw error
  }
  return { ...service, url: urlOf(database) }
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
