import { execFile } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { ExplainedError } from '../terminal/explained-error.mjs'

/** The role that owns everything in a PostgreSQL of ours. */
export const POSTGRES_USER = 'freshet'

/**
 * Creates the data directory unless it is there.
 * @param {import('./postgres-place.mjs').PostgresPlace} place
 * @param {string} password
 */
export async function ensureCluster({ binaries, dataDir, account }, password) {
  if (existsSync(path.join(dataDir, 'PG_VERSION'))) return
  // Made beside and renamed when whole: an interrupted initdb leaves a folder that PostgreSQL neither starts nor overwrites.
  const partial = `${dataDir}.init`
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true, mode: 0o700 })
  const passwordFile = path.join(partial, '..', `.initdb-${process.pid}`)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account) {
    for (const file of [partial, passwordFile]) chownSync(file, account.uid, account.gid)
  }
  try {
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${partial}`,
        `--username=${POSTGRES_USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // The provider built into PostgreSQL sorts alike on every machine and survives an upgrade of its libc.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { cwd: '/', uid: account?.uid, gid: account?.gid, env: { ...process.env, LC_ALL: 'C' } },
    )
    renameSync(partial, dataDir)
  } catch (cause) {
    const said = /** @type {{ stderr?: string }} */ (cause).stderr?.trim() || String(cause)
    throw new ExplainedError(`PostgreSQL could not create its data directory ${dataDir}: ${said}`, { cause })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/**
 * Removes the lock file of a PostgreSQL that was killed. PostgreSQL trusts the pid in it: after a kill or a reboot another
 * process of the same user may bear that number, and it would refuse to start for ever.
 * Call only while this data directory is known to be ours and no recorded PostgreSQL of ours is alive.
 * @param {string} dataDir
 */
export function removeStaleLock(dataDir) {
  const lock = path.join(dataDir, 'postmaster.pid')
  const pid = existsSync(lock) ? Number(readFileSync(lock, 'utf8').split('\n')[0]) : 0
  if (process.platform === 'linux' && pid > 0 && workingFolderOf(pid) !== dataDir) rmSync(lock, { force: true })
}

/** @param {number} pid @returns {string | undefined} PostgreSQL works in its data directory. */
function workingFolderOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}
