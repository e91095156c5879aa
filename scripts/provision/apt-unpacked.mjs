import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '../processes/programs.mjs'
import { lastLine } from './apt.mjs'

const run = promisify(execFile)

/**
 * Fetches a Debian package and what it still needs here, and unpacks them into a folder, all without being root.
 * @param {string} name the package.
 * @param {string} target the folder, which stands for `/` to what is unpacked; appears only when complete.
 * @returns {Promise<string | undefined>} undefined on success, else why not.
 */
export async function unpackPackage(name, target) {
  if (!findProgram('apt-get') || !findProgram('dpkg')) return 'this system has no apt-get'
  const work = `${target}.${process.pid}`
  const debs = path.join(work, 'debs')
  mkdirSync(path.join(work, 'lists/partial'), { recursive: true })
  mkdirSync(debs, { recursive: true })
  const apt = (/** @type {string[]} */ own, /** @type {string[]} */ ...args) =>
    run(
      'apt-get',
      ['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=', '-o', 'Acquire::Retries=2', ...own, ...args],
      {
        cwd: debs,
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 64 << 20,
      },
    )
  const fetch = async (/** @type {string[]} */ ...own) => {
    // A simulated installation names exactly the packages that this machine lacks, whatever its release calls them.
    const { stdout } = await apt(own, 'install', '--simulate', '--no-install-recommends', name)
    const missing = [...stdout.matchAll(/^Inst (\S+)/gm)].flatMap(([, found]) => found ?? [])
    await apt(own, 'download', ...missing)
  }
  try {
    await fetch().catch(async () => {
      // The system's package lists are absent or stale, and not ours to renew: keep our own.
      const own = ['-o', `Dir::State::Lists=${path.join(work, 'lists')}`, '-o', `Dir::Cache=${work}`]
      await apt(own, 'update')
      await fetch(...own)
    })
    const root = path.join(work, 'root')
    mkdirSync(root)
    for (const deb of readdirSync(debs)) await run('dpkg', ['-x', path.join(debs, deb), root])
    renameSync(root, target)
    return undefined
  } catch (error) {
    return lastLine(error)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param {string} root a folder that stands for `/` @returns {string} its library folders, as LD_LIBRARY_PATH wants them. */
export function libraryPathOf(root) {
  const bases = ['lib', 'usr/lib'].map((base) => path.join(root, base))
  const withTriplets = bases.flatMap((base) => [base, ...subfolders(base)])
  return withTriplets.join(path.delimiter)
}

/** @param {string} folder */
function subfolders(folder) {
  try {
    return readdirSync(folder)
      .filter((name) => name.includes('-linux-'))
      .map((name) => path.join(folder, name))
  } catch {
    return []
  }
}
