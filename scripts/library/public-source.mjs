import path from 'node:path'
import { CHECKOUT } from '../platform/checkout.mjs'

/**
 * A source's name as strangers may see it: where it lies in the repository, or in which package. The machine that built it
 * stays unknown, and the same sources make the same files everywhere.
 * @param {string} file absolute.
 */
export function publicSource(file) {
  const relative = path.relative(CHECKOUT, file).replaceAll(path.sep, '/')
  const installed = relative.lastIndexOf('node_modules/')
  return installed === -1 ? `freshet/${relative}` : relative.slice(installed)
}
