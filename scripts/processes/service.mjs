import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs'
import path from 'node:path'
import { forgetPid, recordPid } from './pid-file.mjs'
import { signalGroup } from './signal-group.mjs'

/**
 * A long-running child process.
 * @typedef {object} ServiceSpec
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env the child's whole environment; nothing is inherited unseen.
 * @property {string} logFile takes both output streams; the run before is kept beside it as *.previous.log.
 * @property {string} [runDir] where its pid is recorded while it lives.
 * @property {NodeJS.Signals} [stopSignal] what asks it to stop (SIGTERM).
 * @property {number} [graceMs] how long it may take to stop before it is killed (15,000).
 * @property {boolean} [ownGroup] whether a signal to our process group, such as a terminal's Ctrl-C, passes it by (true).
 * @property {number} [uid]
 * @property {number} [gid]
 *
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<Exit>} exited
 * @property {AbortSignal} gone aborted when it exits, for those who wait for something it should do.
 * @property {(signal: NodeJS.Signals) => void} signal
 * @property {() => Promise<void>} stop asks, waits, and at last kills; resolves when the process is gone.
 */

/**
 * Should this process end without having stopped its services (a defect, an unhandled rejection), they are at least asked.
 * @type {Set<() => void>}
 */
const living = new Set()
process.on('exit', () => {
  for (const stop of living) stop()
})

/**
 * @param {ServiceSpec} spec
 * @returns {Promise<Service>} once the process exists (not: once it is ready). Rejects when it cannot be executed.
 */
export async function startService(spec) {
  const { name, logFile, runDir, stopSignal = 'SIGTERM', graceMs = 15_000, ownGroup = true } = spec
  const log = openLog(logFile)
  // Ctrl-C in a terminal signals the whole foreground group at once, which would take down the databases under services
  // that are still draining: in groups of their own they are stopped by us alone, in order. A server of a test stays in
  // the test's group instead, and so goes with it however the test ends.
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    uid: spec.uid,
    gid: spec.gid,
    detached: ownGroup,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  await new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(undefined))
    child.once('error', reject)
  })
  const pid = /** @type {number} */ (child.pid)
  if (runDir) recordPid(runDir, name, pid, stopSignal)

  const stopWithUs = () => {
    // One that was paused hears the first only when it goes on.
    for (const signal of /** @type {NodeJS.Signals[]} */ ([stopSignal, 'SIGCONT'])) {
      if (ownGroup) signalGroup(pid, signal)
      else child.kill(signal)
    }
  }
  living.add(stopWithUs)
  const gone = new AbortController()
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      living.delete(stopWithUs)
      if (runDir) forgetPid(runDir, name)
      signalGroup(pid, 'SIGKILL')
      resolve({ code, signal })
      gone.abort()
    })
  })

  return {
    name,
    pid,
    logFile,
    exited,
    gone: gone.signal,
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      if (gone.signal.aborted) return
      child.kill(stopSignal)
      const lastResort = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await exited
      clearTimeout(lastResort)
    },
  }
}

/** @param {string} file */
function openLog(file) {
  mkdirSync(path.dirname(file), { recursive: true })
  try {
    renameSync(file, file.replace(/\.log$/, '.previous.log'))
  } catch {
    // The first run has no log to keep.
  }
  return openSync(file, 'a', 0o600)
}
