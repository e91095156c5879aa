import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '../processes/programs.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { aptInstall, lastLine } from './apt.mjs'
import { libraryPathOf, unpackPackage } from './apt-unpacked.mjs'
import { OLDEST_REDIS, probeRedis, redisOnPath } from './redis-binary.mjs'

/**
 * Finds a Redis server program, installing one when there is none: npm has no package that holds it.
 * @param {string} toolsDir where one may be unpacked that needs no installation.
 * @param {(line: string) => void} [say]
 * @returns {Promise<import('./redis-binary.mjs').RedisBinary>}
 * @throws {ExplainedError} naming everything that was tried, and the command to run.
 */
export async function requireRedis(toolsDir, say = () => {}) {
  const root = path.join(toolsDir, 'redis')
  const present = redisOnPath() ?? unpacked(root)
  if (present) return present
  /** @type {string[]} */
  const tried = []
  for (const { what, attempt } of [
    { what: 'apt', attempt: () => aptInstall(['redis-server']) },
    { what: 'apt without root', attempt: () => unpackRedis(root) },
    { what: 'brew', attempt: brewInstall },
  ]) {
    const problem = await attempt()
    const binary = redisOnPath() ?? unpacked(root)
    if (binary) {
      say(`Redis ${binary.version} came by ${what}`)
      return binary
    }
    tried.push(`${what}: ${problem ?? 'it brought none that runs'}`)
  }
  throw new ExplainedError(
    `No Redis ${OLDEST_REDIS} or later is here and none could be installed (${tried.join('; ')}). ` +
      'Install redis-server or valkey-server, or give the address of one: REDIS_URL=redis://host:6379 npm start',
  )
}

/** @param {string} root */
async function unpackRedis(root) {
  mkdirSync(path.dirname(root), { recursive: true })
  return unpackPackage('redis-server', root)
}

/** @param {string} root @returns {import('./redis-binary.mjs').RedisBinary | undefined} */
function unpacked(root) {
  return probeRedis(path.join(root, 'usr/bin/redis-server'), libraryPathOf(root))
}

/** @returns {Promise<string | undefined>} */
async function brewInstall() {
  const brew = findProgram('brew')
  if (!brew) return 'this system has no brew'
  return promisify(execFile)(brew, ['install', 'redis']).then(() => undefined, lastLine)
}
