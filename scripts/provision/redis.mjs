import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '../processes/programs.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { aptInstall, asRoot, lastLine } from './apt.mjs'
import { libraryPathOf, unpackPackage } from './apt-unpacked.mjs'
import { OLDEST_REDIS, probeRedis, redisOnPath } from './redis-binary.mjs'

const run = promisify(execFile)

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
  for (const { what, obtain, find } of [
    { what: 'apt', obtain: aptRedis, find: redisOnPath },
    { what: 'apt without root', obtain: () => unpackRedis(root), find: () => unpacked(root) },
    { what: 'brew', obtain: brewRedis, find: redisOnPath },
    { what: 'docker', obtain: pullRedis, find: () => CONTAINER },
  ]) {
    const problem = await obtain()
    const binary = problem === undefined ? find() : undefined
    if (binary) {
      say(`Redis ${binary.version} came by ${what}`)
      return binary
    }
    tried.push(`${what}: ${problem ?? 'it brought none that runs'}`)
  }
  throw new ExplainedError(
    `No Redis ${OLDEST_REDIS} or later is here and none could be installed (${tried.join('; ')}). ` +
      `Install one (${installCommand()}), or give the address of one: REDIS_URL=redis://host:6379 npm start`,
  )
}

/** @returns {string} what a person would type here. */
function installCommand() {
  if (process.platform === 'darwin') return 'brew install redis'
  const managers = {
    'apt-get': 'install redis-server',
    dnf: 'install valkey',
    apk: 'add redis',
    pacman: '-S valkey',
    zypper: 'install redis',
  }
  const [manager, words] = Object.entries(managers).find(([program]) => findProgram(program)) ?? []
  return manager ? `sudo ${manager} ${words}` : 'redis-server or valkey-server'
}

const IMAGE = 'redis:7.4-bookworm'
/** @type {import('./redis-binary.mjs').RedisBinary} */
const CONTAINER = { version: '7.4', image: IMAGE }

/** Each way returns undefined on success, else why it could not be gone. */
async function aptRedis() {
  const problem = await aptInstall(['redis-server'])
  const prefix = asRoot()
  if (problem === undefined && prefix && existsSync('/run/systemd/system')) {
    // Debian starts what it installs, on the usual port and at every boot. We need the program, not that server.
    const [program = '', ...args] = [...prefix, 'systemctl', 'disable', '--now', 'redis-server']
    await run(program, args).catch(() => {})
  }
  return problem
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
async function brewRedis() {
  const brew = findProgram('brew')
  return brew ? run(brew, ['install', 'redis']).then(() => undefined, lastLine) : 'this system has no brew'
}

/** @returns {Promise<string | undefined>} */
async function pullRedis() {
  const docker = findProgram('docker')
  return docker ? run(docker, ['pull', '--quiet', IMAGE]).then(() => undefined, lastLine) : 'this system has no docker'
}
