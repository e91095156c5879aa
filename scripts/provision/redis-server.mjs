import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startService } from '../processes/service.mjs'
import { either, waitUntil } from '../processes/wait-until.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'
import { pingRedis } from './redis-ping.mjs'

/**
 * @typedef {object} RedisOptions
 * @property {import('./redis-binary.mjs').RedisBinary} binary
 * @property {number} port
 * @property {string} dataDir
 * @property {string} logFile
 * @property {string} [runDir]
 * @property {AbortSignal} [signal] gives up waiting, and stops it.
 * @property {string} [password] none: anyone on this machine may connect.
 * @property {boolean} appendOnly whether what it holds must survive its restart.
 *
 * @typedef {import('../processes/service.mjs').Service & { url: string }} RedisServer
 */

/**
 * Starts a Redis of our own on loopback and waits until it has loaded its data and answers.
 * @param {RedisOptions} options
 * @returns {Promise<RedisServer>}
 */
export async function startRedisServer(options) {
  const { binary, port, dataDir, logFile, runDir, password, signal } = options
  mkdirSync(dataDir, { recursive: true })
  const configFile = path.join(dataDir, 'redis.conf')
  // A file rather than arguments: the password must not stand in the process list.
  writeFileSync(configFile, configuration(options), { mode: 0o600 })
  const service = await startService({
    name: 'redis',
    command: binary.program,
    args: [configFile],
    cwd: dataDir,
    env: binary.libraryPath ? { ...process.env, LD_LIBRARY_PATH: binary.libraryPath } : process.env,
    logFile,
    runDir,
  })
  const ready = await waitUntil(() => pingRedis(port, password), {
    timeoutMs: 60_000,
    intervalMs: 5,
    signal: either(service.gone, signal),
  })
  if (!ready) {
    await service.stop()
    throw new ExplainedError(`Redis did not start on port ${port}; the end of ${logFile}:\n${tailOf(logFile)}`)
  }
  const credentials = password ? `:${password}@` : ''
  return { ...service, url: `redis://${credentials}127.0.0.1:${port}` }
}

/** @param {RedisOptions} options */
function configuration({ port, dataDir, password, appendOnly }) {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${dataDir}"`,
    'daemonize no',
    'loglevel notice',
    'save ""',
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    // The log, the registry and the queues are not a cache: an evicted entry of theirs would be a lost invalidation.
    'maxmemory-policy noeviction',
    ...(password ? [`requirepass ${password}`] : []),
    '',
  ].join('\n')
}
