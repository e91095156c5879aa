import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'

/**
 * The system account that PostgreSQL runs as. It refuses to run as root.
 * @typedef {{ name: string, uid: number, gid: number }} Account
 */

/**
 * @param {string} dataDir
 * @returns {Account | undefined} undefined: the user who started us will do. As root, whoever owns the data already,
 * otherwise `postgres`, otherwise `nobody`: no account is created on a machine that did not ask for one.
 */
export function postgresAccount(dataDir) {
  if (process.getuid?.() !== 0) return undefined
  return ownerOf(dataDir) ?? lookUp('postgres') ?? lookUp('nobody')
}

/**
 * @param {Account | undefined} account
 * @param {{ reach: string[], read: string[] }} paths files or folders to enter or execute, and files to read.
 * @returns {boolean} whether that account can: asked of the kernel, since modes of every folder above count, and ACLs too.
 */
export function canUse(account, { reach, read }) {
  if (!account) return true
  const tests = [...reach.map(() => '-x'), ...read.map(() => '-r')]
  const script = tests.map((test, i) => `test ${test} "$${i + 1}"`).join(' && ')
  const { uid, gid } = account
  return spawnSync('/bin/sh', ['-c', script, 'sh', ...reach, ...read], { cwd: '/', uid, gid }).status === 0
}

/** @param {string} folder @returns {Account | undefined} */
function ownerOf(folder) {
  try {
    const { uid, gid } = statSync(folder)
    return uid === 0 ? undefined : { name: `uid ${uid}`, uid, gid }
  } catch {
    return undefined
  }
}

/** @param {string} name @returns {Account | undefined} */
function lookUp(name) {
  const id = (/** @type {string} */ flag) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
  try {
    return { name, uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}
