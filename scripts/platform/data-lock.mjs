import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { identify, isAlive } from '../processes/identity.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'

/**
 * Takes the data directory for this process: two platforms on one data directory would destroy it.
 * @param {string} dataDir
 * @returns {() => void} gives it back.
 * @throws {ExplainedError} when another start holds it.
 */
export function lockData(dataDir) {
  const file = path.join(dataDir, 'lock.json')
  mkdirSync(dataDir, { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(identify(process.pid)), { flag: 'wx', mode: 0o600 })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
      const holder = read(file)
      if (holder && isAlive(holder)) {
        throw new ExplainedError(
          `Freshet already runs on ${dataDir} (pid ${holder.pid}): stop it there with Ctrl-C, or run a second one with ` +
            'FRESHET_DATA_DIR=<another folder> npm start -- --free-ports',
        )
      }
      rmSync(file, { force: true })
    }
  }
}

/** @param {string} file @returns {import('../processes/identity.mjs').ProcessIdentity | undefined} */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
