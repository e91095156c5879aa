import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { findProgram } from '../processes/programs.mjs'

const run = promisify(execFile)
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
/** A lock held by another apt (unattended upgrades) is waited for; a mirror that does not answer is not, for long. */
const PATIENCE = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20']

/** @returns {string[] | undefined} how to run a command as root without being asked anything; undefined when we cannot. */
export function asRoot() {
  if (process.getuid?.() === 0) return []
  const sudo = findProgram('sudo')
  return sudo && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? [sudo, '-n'] : undefined
}

/**
 * Installs Debian packages, where this machine has apt and lets us.
 * @param {string[]} packages
 * @returns {Promise<string | undefined>} undefined on success, else why not.
 */
export async function aptInstall(packages) {
  const prefix = asRoot()
  if (!findProgram('apt-get')) return 'this system has no apt-get'
  if (!prefix) return 'neither root nor passwordless sudo'
  const apt = (/** @type {string[]} */ ...args) => {
    const [program = '', ...rest] = [...prefix, 'apt-get', '-y', ...PATIENCE, ...args]
    return run(program, rest, { env, maxBuffer: 64 << 20 })
  }
  const install = () => apt('install', '--no-install-recommends', ...packages)
  try {
    // Fresh containers have no package lists, and old lists name versions that the mirror dropped.
    await install().catch(async () => {
      await apt('update')
      await install()
    })
    return undefined
  } catch (error) {
    return lastLine(error)
  }
}

/** @param {unknown} error @returns {string} the last thing that a failed command said. */
export function lastLine(error) {
  const said = /** @type {{ stderr?: string, message?: string }} */ (error)
  return (said.stderr?.trim() || said.message || String(error)).split('\n').at(-1) ?? ''
}
