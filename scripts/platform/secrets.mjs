import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ExplainedError } from '../terminal/explained-error.mjs'

/**
 * What this installation alone knows. Made once and kept: the data is sealed with it.
 * @typedef {object} Secrets
 * @property {string} freshet FRESHET_SECRET.
 * @property {string} redis password of our own Redis.
 * @property {string} postgres password of our own PostgreSQL's owner, who migrates.
 * @property {string} postgresApp password of the role that portal and worker have there.
 * @property {string} demo password of the demo's sign-in.
 * @property {string} [apiKey] the demo's API key, once there is one.
 */

/**
 * @param {string} dataDir
 * @param {string | undefined} given FRESHET_SECRET, when the user has set one.
 * @returns {Secrets}
 */
export function secretsOf(dataDir, given) {
  const file = fileOf(dataDir)
  const known = existsSync(file) ? read(file) : {}
  // What an earlier release did not know yet is added to what it wrote.
  const secrets = { ...fresh(), ...known }
  if (Object.keys(secrets).some((name) => !(name in known))) write(file, secrets)
  return { ...secrets, freshet: given ?? secrets.freshet }
}

/**
 * Remembers the demo's API key for the next start.
 * @param {string} dataDir
 * @param {string} apiKey
 */
export function keepApiKey(dataDir, apiKey) {
  const file = fileOf(dataDir)
  write(file, { ...read(file), apiKey })
}

/** @param {string} dataDir */
const fileOf = (dataDir) => path.join(dataDir, 'secrets.json')

/** @returns {Secrets} */
function fresh() {
  const random = (/** @type {number} */ bytes) => randomBytes(bytes).toString('base64url')
  return { freshet: random(32), redis: random(24), postgres: random(24), postgresApp: random(24), demo: random(12) }
}

/** @param {string} file @param {Secrets} secrets */
function write(file, secrets) {
  // Renamed into place: half a file of secrets would lock us out of our own data.
  const partial = `${file}.new`
  writeFileSync(partial, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(partial, file)
}

/** @param {string} file @returns {Secrets} */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ExplainedError(`${file} cannot be read as JSON: restore it, or begin anew with "npm start -- --fresh".`, {
      cause,
    })
  }
}
