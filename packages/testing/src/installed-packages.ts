import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'

/** A package as it is installed for one of this repository's. */
export interface InstalledPackage {
  name: string
  /** The folder of the package that depends on it. */
  from: string
}

/**
 * Copies packages and all that they depend on, each into a folder of its own.
 *
 * @returns the folders. They are real files: pnpm's are links, and npm packs links to nothing.
 */
export function copyInstalled(packages: readonly InstalledPackage[], into: string): string[] {
  const found = new Map<string, string>()
  const wanted = [...packages]
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const { name, from } = next
    if (found.has(name)) continue
    const folder = findInstalled(name, from)
    found.set(name, folder)
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    wanted.push(...Object.keys(dependencies).map((needed) => ({ name: needed, from: folder })))
  }
  return [...found].map(([name, folder]) => {
    const copy = path.join(into, name.replace('/', '__'))
    cpSync(folder, copy, {
      recursive: true,
      dereference: true,
      filter: (file) => !file.includes(`${folder}/node_modules`),
    })
    return copy
  })
}

/** As Node looks for it: in the node_modules of the folder, and of those above. */
function findInstalled(name: string, from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name)
    if (existsSync(path.join(candidate, 'package.json'))) return realpathSync(candidate)
    if (folder === path.dirname(folder)) throw new Error(`${name} is not installed for ${from}`)
  }
}
