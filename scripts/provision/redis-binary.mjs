import { execFileSync } from 'node:child_process'
import { findProgram } from '../processes/programs.mjs'

/** The oldest Redis that has what the log's scripts and the queues use (BullMQ asks for the same). */
export const OLDEST_REDIS = '6.2'

/**
 * A Redis-compatible server program: on this machine, or as an image of a container engine.
 * @typedef {{ version: string, program: string, libraryPath?: string } | { version: string, image: string }} RedisBinary
 */

/** @returns {RedisBinary | undefined} the server on PATH, when there is one new enough. */
export function redisOnPath() {
  for (const name of ['redis-server', 'valkey-server']) {
    const program = findProgram(name)
    const binary = program && probeRedis(program)
    if (binary) return binary
  }
  return undefined
}

/**
 * @param {string} program
 * @param {string} [libraryPath] where its shared libraries lie, when not in the system's folders.
 * @returns {RedisBinary | undefined} undefined when it does not run here or is too old.
 */
export function probeRedis(program, libraryPath) {
  try {
    const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
    const version = /v=(\d+\.\d+\.\d+)/.exec(
      execFileSync(program, ['--version'], { encoding: 'utf8', env, stdio: 'pipe' }),
    )?.[1]
    return version && isAtLeast(version, OLDEST_REDIS) ? { program, libraryPath, version } : undefined
  } catch {
    return undefined
  }
}

/** @param {string} version @param {string} floor @returns {boolean} */
function isAtLeast(version, floor) {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0
}
