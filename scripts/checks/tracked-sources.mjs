import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * @param {string} checkout
 * @returns {string[]} every source file that is, or would be, in version control, relative to the checkout.
 */
export function trackedSources(checkout) {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  const files = list.split('\0').filter((file) => /\.(?:ts|tsx|mjs)$/.test(file))
  return files.filter((file) => existsSync(path.join(checkout, file)))
}
