import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of this checkout. */
export const CHECKOUT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** @returns {string} where everything lies that a running platform keeps: data, logs, secrets, fetched tools. */
export function dataDirectory() {
  return path.resolve(CHECKOUT, process.env.FRESHET_DATA_DIR ?? '.freshet')
}
