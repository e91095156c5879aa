import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * What a package's own manifest says of how it is built.
 * @typedef {object} LibraryManifest
 * @property {Record<string, string>} entries name of the built file (`index`, `admin`) → its source, absolute.
 * @property {string[]} external packages that its users install beside it; all others are built in.
 * @property {string[]} workspace packages of this repository among the others.
 */

/**
 * @param {string} folder the package's.
 * @returns {LibraryManifest}
 */
export function readManifest(folder) {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const { exports, publishConfig, dependencies, peerDependencies, devDependencies } = manifest
  return {
    entries: Object.fromEntries(
      Object.keys(publishConfig.exports)
        .filter((name) => !name.endsWith('.json'))
        .map((name) => [name === '.' ? 'index' : name.slice('./'.length), path.join(folder, exports[name])]),
    ),
    external: Object.keys({ ...dependencies, ...peerDependencies }),
    workspace: Object.entries(devDependencies ?? {}).flatMap(([name, range]) =>
      String(range).startsWith('workspace:') && !(name in { ...dependencies, ...peerDependencies }) ? name : [],
    ),
  }
}
