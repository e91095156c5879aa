import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { ExplainedError } from '../terminal/explained-error.mjs'

/**
 * @param {string} checkout
 * @param {string} dataDir
 * @throws {ExplainedError} unless the platform can be built in the checkout and can keep its data.
 */
export function requireWritable(checkout, dataDir) {
  if (!isWritable(checkout)) {
    throw new ExplainedError(
      `${checkout} is read-only for this user, and the platform is built in it: clone it to a folder of yours, or make it yours (chown).`,
    )
  }
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch {
    // Said below, in one way.
  }
  if (!isWritable(dataDir)) {
    throw new ExplainedError(
      `The data directory ${dataDir} is read-only for this user: set FRESHET_DATA_DIR to a folder of yours.`,
    )
  }
}

/**
 * npm, pnpm and their like keep caches in the home directory. Where that is not writable (service accounts, containers),
 * they get a folder among our data instead.
 * @param {string} dataDir
 * @returns {NodeJS.ProcessEnv} what to add to their environment; empty when the home will do.
 */
export function cachesWithoutHome(dataDir) {
  const npmCache = process.env.npm_config_cache ?? path.join(homedir(), '.npm')
  // A cache left by `sudo npm` belongs to root, in a home that is otherwise the user's own.
  if (isWritable(homedir()) && (isWritable(npmCache) || !existsSync(npmCache))) return {}
  const caches = path.join(dataDir, 'caches')
  return {
    npm_config_cache: path.join(caches, 'npm'),
    npm_config_store_dir: path.join(caches, 'pnpm-store'),
    XDG_CACHE_HOME: path.join(caches, 'cache'),
    XDG_CONFIG_HOME: path.join(caches, 'config'),
    XDG_DATA_HOME: path.join(caches, 'data'),
    XDG_STATE_HOME: path.join(caches, 'state'),
  }
}

/** @param {string} folder @returns {boolean} */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
