import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startService } from '../processes/service.mjs'
import { either, waitUntil } from '../processes/wait-until.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'
import { redisProcessId } from './redis-identity.mjs'

/**
 * @typedef {object} RedisOptions
 * @property {import('./redis-binary.mjs').RedisBinary} binary
 * @property {number} port
 * @property {string} dataDir
 * @property {string} logFile
 * @property {string} [runDir]
 * @property {boolean} [ownGroup] as for any service.
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
  const { binary, port, dataDir, logFile, runDir, password, ownGroup, signal } = options
  // What it persists holds the values of the cache: for this user's eyes.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const configFile = path.join(dataDir, 'redis.conf')
  // A file rather than arguments: the password must not stand in the process list.
  writeFileSync(configFile, configuration(options), { mode: 0o600 })
  const service = await startService({
    name: 'redis',
    ...('image' in binary ? inContainer(binary.image, dataDir, port) : onThisMachine(binary, configFile)),
    cwd: dataDir,
    logFile,
    runDir,
    ownGroup,
  })
  const isReady = async () => {
    const id = await redisProcessId(port, password)
    // Somebody else's server may have taken the port in the moment since it was free, and would answer in ours' place.
    return id !== null && ('image' in binary || id === service.pid)
  }
  const ready = await waitUntil(isReady, {
    timeoutMs: 60_000,
    intervalMs: 5,
    signal: either(service.gone, signal),
  })
  if (!ready) {
    await service.stop()
    throw new ExplainedError(`Redis did not start on port ${port}; the end of ${logFile}:\n${tailOf(logFile)}`)
  }
  // The user is named, because redis-cli 7.0 takes an address without one for a user without a name.
  const credentials = password ? `default:${password}@` : ''
  return { ...service, url: `redis://${credentials}127.0.0.1:${port}` }
}

/**
 * @param {{ program: string, libraryPath?: string }} binary
 * @param {string} configFile
 */
function onThisMachine({ program, libraryPath }, configFile) {
  const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
  return { command: program, args: [configFile], env }
}

/**
 * In the foreground, so that it is a process like any other: the engine's client passes our signals on.
 * @param {string} image
 * @param {string} dataDir
 * @param {number} port
 */
function inContainer(image, dataDir, port) {
  const mapping = ['--publish', `127.0.0.1:${port}:6379`, '--volume', `${dataDir}:/data`]
  // Otherwise the image's start-up would give our data to an account of its own.
  const user = ['--user', `${process.getuid?.()}:${process.getgid?.()}`]
  const inside = ['--dir', '/data', '--bind', '0.0.0.0', '--port', '6379']
  const args = ['run', '--rm', '--init', ...mapping, ...user, image, 'redis-server', '/data/redis.conf', ...inside]
  return { command: 'docker', args, env: process.env }
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
