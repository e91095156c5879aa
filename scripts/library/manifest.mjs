import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * What a package's own manifest says of how it is built.
 * @typedef {object} LibraryManifest
 * @property {Record<string, string>} entries name of the built file (`index`, `admin`) → its source, absolute.
 * @property {string[]} external packages that its users install beside it; all others are built in.
 */

/**
 * @param {string} folder the package's.
 * @returns {LibraryManifest}
 */
export function readManifest(folder) {
  const { exports, dependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  return {
    entries: Object.fromEntries(
      Object.entries(exports).map(([name, source]) => [
        name === '.' ? 'index' : name.slice('./'.length),
        path.join(folder, source),
      ]),
    ),
    external: Object.keys({ ...dependencies, ...peerDependencies }),
  }
}
