import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { canUse, postgresAccount } from './postgres-account.mjs'
import { relocated } from './postgres-binaries.mjs'

/** Where a machine keeps services' data, and every account may pass through. */
const SYSTEM_STATE_DIR = '/var/lib/freshet'

/**
 * @typedef {object} PostgresPlace
 * @property {import('./postgres-binaries.mjs').PostgresBinaries} binaries
 * @property {string} dataDir
 * @property {import('./postgres-account.mjs').Account | undefined} account
 */

/**
 * Finds a place for PostgreSQL's programs and data that the account it runs as can reach. That matters to root alone:
 * a checkout under a home of mode 700, or one cloned with umask 077, is closed to the account `postgres`.
 * @param {import('./postgres-binaries.mjs').PostgresBinaries} packaged
 * @param {string} dataRoot the platform's data directory.
 * @returns {PostgresPlace}
 */
export function placePostgres(packaged, dataRoot) {
  const usual = path.join(dataRoot, 'postgres')
  const outside = path.join(systemPlaceFor(dataRoot), 'postgres')
  const dataDir = reachable(usual) ? usual : outside
  const account = postgresAccount(dataDir)
  if (dataDir === outside) ensureFolder(path.dirname(outside))
  if (canUse(account, { reach: [packaged.postgres], read: [sampleOf(packaged)] })) {
    return { binaries: packaged, dataDir, account }
  }
  const copy = path.join(systemPlaceFor(packaged.root), 'postgres-programs')
  return { binaries: copied(packaged, copy, account), dataDir, account }
}

/** @param {string} dataRoot @returns {string} the folder that stands in for one that PostgreSQL cannot reach. */
export function systemPlaceFor(dataRoot) {
  return path.join(SYSTEM_STATE_DIR, createHash('sha256').update(path.resolve(dataRoot)).digest('hex').slice(0, 12))
}

/** @param {string} dataDir */
function reachable(dataDir) {
  return canUse(postgresAccount(dataDir), { reach: [path.dirname(dataDir)], read: [] })
}

/** @param {import('./postgres-binaries.mjs').PostgresBinaries} binaries */
const sampleOf = (binaries) => path.join(binaries.root, 'share/postgresql/postgres.bki')

/**
 * @param {import('./postgres-binaries.mjs').PostgresBinaries} packaged
 * @param {string} target
 * @param {import('./postgres-account.mjs').Account | undefined} account
 */
function copied(packaged, target, account) {
  const copy = relocated(packaged, target)
  if (!existsSync(target)) {
    // Renamed into place when complete: a copy cut short must not be taken for one that is whole.
    const partial = `${target}.${process.pid}`
    ensureFolder(path.dirname(target))
    cpSync(packaged.root, partial, { recursive: true, verbatimSymlinks: true })
    // The copy keeps the modes of a checkout that may be closed to everybody else.
    if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, partial])
    renameSync(partial, target)
  }
  if (!canUse(account, { reach: [copy.postgres], read: [sampleOf(copy)] })) {
    rmSync(target, { recursive: true, force: true })
    throw unreachable(packaged.root, account)
  }
  return copy
}

/** @param {string} folder below the system's place, to be passed through by every account whatever our umask. */
function ensureFolder(folder) {
  try {
    for (const place of [SYSTEM_STATE_DIR, folder]) {
      if (existsSync(place)) continue
      mkdirSync(place)
      chmodSync(place, 0o755)
    }
  } catch {
    throw unreachable(folder, postgresAccount(folder))
  }
}

/** @param {string} folder @param {import('./postgres-account.mjs').Account | undefined} account */
function unreachable(folder, account) {
  return new ExplainedError(
    `PostgreSQL does not run as root, and the account it runs as (${account?.name}) cannot reach ${folder}: ` +
      'clone to a folder that everybody may enter (such as /srv), or set DATABASE_URL to a PostgreSQL of yours.',
  )
}
