import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { identify, isAlive } from './identity.mjs'

/**
 * What we started is written down while it runs, so that a later start can clear up after one that was killed outright.
 * @typedef {import('./identity.mjs').ProcessIdentity & { name: string, stopSignal: NodeJS.Signals }} PidRecord
 */

/** @param {string} runDir @param {string} name @param {number} pid @param {NodeJS.Signals} stopSignal */
export function recordPid(runDir, name, pid, stopSignal) {
  const identity = identify(pid)
  if (!identity) return
  mkdirSync(runDir, { recursive: true })
  writeFileSync(pidFile(runDir, name), JSON.stringify({ ...identity, name, stopSignal }))
}

/** @param {string} runDir @param {string} name */
export function forgetPid(runDir, name) {
  rmSync(pidFile(runDir, name), { force: true })
}

/**
 * @param {string} runDir
 * @returns {PidRecord[]} recorded processes that are still alive and still the ones recorded; stale records are removed.
 */
export function survivors(runDir) {
  return recordFiles(runDir).flatMap((file) => {
    const record = read(file)
    if (record && isAlive(record)) return [record]
    rmSync(file, { force: true })
    return []
  })
}

/** @param {string} runDir @param {string} name */
const pidFile = (runDir, name) => path.join(runDir, `${name}.pid.json`)

/** @param {string} runDir */
function recordFiles(runDir) {
  try {
    return readdirSync(runDir)
      .filter((name) => name.endsWith('.pid.json'))
      .map((name) => path.join(runDir, name))
  } catch {
    return []
  }
}

/** @param {string} file @returns {PidRecord | undefined} undefined when a kill cut the record short. */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
