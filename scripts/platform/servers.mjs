import { existsSync } from 'node:fs'
import path from 'node:path'
import { accepts, freePort } from '../processes/ports.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { placesOf } from './server-address.mjs'
import { supervise } from './supervise.mjs'

/**
 * The two servers that the platform stands on. Modules that need installed packages are loaded when they are needed.
 * @typedef {object} ServerContext
 * @property {string} dataDir
 * @property {string} runDir
 * @property {import('./secrets.mjs').Secrets} secrets
 * @property {import('./roster.mjs').Roster} roster
 * @property {import('../terminal/progress.mjs').Progress} progress
 */

/**
 * @param {ServerContext} context
 * @returns {Promise<string>} its address.
 */
export async function bringUpRedis(context) {
  const given = process.env.REDIS_URL
  if (given) return answering('REDIS_URL', given, 6379)
  const { dataDir, runDir, secrets, progress } = context
  return progress.step('Redis', async (note) => {
    const { requireRedis } = await import('../provision/redis.mjs')
    const { startRedisServer } = await import('../provision/redis-server.mjs')
    const binary = await requireRedis(path.join(dataDir, 'tools'), progress.say)
    const port = await freePort()
    note(`version ${binary.version} on port ${port}`)
    return keepUp(context, () =>
      startRedisServer({
        binary,
        port,
        dataDir: path.join(dataDir, 'redis'),
        logFile: path.join(dataDir, 'logs/redis.log'),
        runDir,
        password: secrets.redis,
        appendOnly: true,
        signal: context.roster.stopping,
      }),
    )
  })
}

/**
 * @param {ServerContext} context
 * @returns {Promise<string>} its address.
 */
export async function bringUpPostgres(context) {
  const given = process.env.DATABASE_URL
  if (given) return answering('DATABASE_URL', given, 5432)
  const { dataDir, runDir, secrets, progress } = context
  return progress.step('PostgreSQL', async (note) => {
    const { packagedPostgres } = await import('../provision/postgres-binaries.mjs')
    const { placePostgres } = await import('../provision/postgres-place.mjs')
    const { startPostgresServer } = await import('../provision/postgres-server.mjs')
    const place = placePostgres(await packagedPostgres(), dataDir)
    const port = await freePort()
    const elsewhere = place.dataDir.startsWith(dataDir) ? '' : `, data in ${place.dataDir}`
    note(`on port ${port}${elsewhere}`)
    return keepUp(context, () =>
      startPostgresServer({
        place,
        port,
        password: secrets.postgres,
        database: 'freshet',
        logFile: path.join(dataDir, 'logs/postgres.log'),
        runDir,
        durable: true,
        signal: context.roster.stopping,
      }),
    )
  })
}

/**
 * @param {ServerContext} context
 * @param {() => Promise<import('../processes/service.mjs').Service & { url: string }>} start
 */
async function keepUp({ roster, progress }, start) {
  const startListed = async () => roster.add(await start())
  const server = await startListed()
  void supervise(server, { start: startListed, roster, say: progress.say })
  return server.url
}

/** @param {string} variable @param {string} url @param {number} usualPort */
async function answering(variable, url, usualPort) {
  const places = placesOf(url, usualPort)
  if (places.length === 0) throw new ExplainedError(`${variable} is not an address (scheme://user:password@host:port)`)
  const answers = await Promise.all(
    places.map((place) => ('path' in place ? existsSync(place.path) : accepts(place.port, place.host))),
  )
  // One of several sentinels or members is enough to find the rest.
  if (answers.includes(true)) return url
  const named = places.map((place) => ('path' in place ? place.path : `${place.host}:${place.port}`)).join(', ')
  throw new ExplainedError(
    `${variable} names a server at ${named}, and nothing answers there: start it, or unset ${variable} to have one started here.`,
  )
}
