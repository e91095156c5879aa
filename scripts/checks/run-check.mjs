import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from '../platform/checkout.mjs'
import { startService } from '../processes/service.mjs'
import { seconds } from '../terminal/progress.mjs'

/**
 * A check is a command that exits with 0, or a suite, whose report says how many tests passed and failed.
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command below node_modules/.bin, or `node`.
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] added to the run's.
 * @property {() => import('./suite-counts.mjs').Counts} [counts] reads the suite's report.
 *
 * @typedef {object} Outcome
 * @property {string} name
 * @property {boolean} suite
 * @property {number} passed
 * @property {number} failed
 *
 * @typedef {object} CheckContext
 * @property {string} logDir
 * @property {NodeJS.ProcessEnv} env
 * @property {import('../platform/roster.mjs').Roster} roster
 * @property {import('../terminal/progress.mjs').Progress} progress
 */

/** Of a failure's output this much is shown; all of it stays in the log. */
const SHOWN_LINES = 150

/**
 * @param {Check} check
 * @param {CheckContext} context
 * @returns {Promise<Outcome>} never rejects for a check that fails.
 */
export async function runCheck({ name, command, args, env, counts }, { logDir, env: shared, roster, progress }) {
  const begun = performance.now()
  const logFile = path.join(logDir, `${name.replaceAll(' ', '-')}.log`)
  roster.stopping.throwIfAborted()
  const child = roster.add(
    await startService({
      name: 'check',
      command: command === 'node' ? process.execPath : path.join(CHECKOUT, 'node_modules/.bin', command),
      args,
      cwd: CHECKOUT,
      env: { ...shared, ...env },
      logFile,
      // The runners of suites take their servers down on an interrupt, given time.
      stopSignal: 'SIGINT',
      graceMs: 45_000,
    }),
  )
  const stop = () => void child.stop()
  roster.stopping.addEventListener('abort', stop, { once: true })
  const { code } = await child.exited
  roster.stopping.removeEventListener('abort', stop)
  roster.stopping.throwIfAborted()
  const { passed, failed } = counts ? counts() : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  // A suite that ends badly without a failed test (an error between tests, a report never written) has failed all the same.
  const outcome = { name, suite: Boolean(counts), passed, failed: code === 0 ? failed : Math.max(failed, 1) }
  progress.say(`${describe(outcome)}, ${seconds(performance.now() - begun)}`)
  if (outcome.failed > 0) progress.say(`the output of ${name} (${logFile}):\n\n${lastLines(logFile)}\n`)
  return outcome
}

/**
 * A check that could not even begin.
 * @param {string} name
 * @param {string} reason
 * @param {import('../terminal/progress.mjs').Progress} progress
 * @returns {Outcome}
 */
export function notRun(name, reason, progress) {
  progress.say(`${name}: FAILED, not run: ${reason}`)
  return { name, suite: true, passed: 0, failed: 1 }
}

/** @param {Outcome} outcome */
function describe({ name, suite, passed, failed }) {
  const verdict = failed > 0 ? 'FAILED' : 'ok'
  return `${name}: ${verdict}${suite ? `, ${passed} passed, ${failed} failed` : ''}`
}

/** @param {string} file */
function lastLines(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')
}
