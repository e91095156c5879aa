import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from './checkout.mjs'

const SOURCES = [
  'apps',
  'packages',
  'scripts/bundle.mjs',
  'scripts/platform/bundle-programs.mjs',
  'package.json',
  'pnpm-lock.yaml',
  'tsconfig.base.json',
  'turbo.json',
]
/** What a build writes, and what it reads only through the lockfile. */
const NOT_SOURCES = new Set(['node_modules', 'dist', '.next', '.turbo', 'generated', 'next-env.d.ts'])

/**
 * Whether anything was edited since the last build, in some 10 ms: names, sizes and times, not contents. Where it is
 * mistaken (a file was touched), the build's own cache, which does read contents, makes little of it.
 * @returns {string}
 */
export function sourceFingerprint() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((name) => filesBelow(path.join(CHECKOUT, name)))) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** @param {string} file @returns {string[]} */
function filesBelow(file) {
  if (!statSync(file).isDirectory()) return [file]
  return readdirSync(file, { withFileTypes: true })
    .filter(({ name }) => !NOT_SOURCES.has(name) && !name.endsWith('.tsbuildinfo'))
    .flatMap((entry) => {
      const below = path.join(file, entry.name)
      if (entry.isDirectory()) return filesBelow(below)
      return entry.isFile() ? [below] : []
    })
}
