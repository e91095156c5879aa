import { setTimeout as sleep } from 'node:timers/promises'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { tailOf } from '../terminal/log-tail.mjs'

/** This many deaths within the window are a defect that starting again will not cure. */
const MOST_DEATHS = 5
const WINDOW_MS = 60_000
const FIRST_DELAY_MS = 250

/**
 * @typedef {object} Watch
 * @property {() => Promise<import('../processes/service.mjs').Service>} start starts it again, at the same address.
 * @property {import('./roster.mjs').Roster} roster
 * @property {(line: string) => void} say
 * @property {(ms: number, signal: AbortSignal) => Promise<unknown>} [pause] between a death and the next start.
 */

/**
 * Starts a service again when it dies: killing a part of a distributed cache is how one gets to know it, and the rest is
 * built to go on. One that dies again and again is given up on, and the platform with it.
 * @param {import('../processes/service.mjs').Service} service running now.
 * @param {Watch} watch
 */
export async function supervise(service, { start, roster, say, pause = sleepUnless }) {
  /** @type {number[]} */
  let deaths = []
  let current = service
  for (;;) {
    const { code, signal } = await current.exited
    if (roster.stopping.aborted) return
    const now = performance.now()
    deaths = [...deaths.filter((at) => now - at < WINDOW_MS), now]
    const how = `${current.name} ended unexpectedly (${signal ?? `exit code ${code}`})`
    const log = `the end of ${current.logFile}:\n${tailOf(current.logFile)}`
    if (deaths.length >= MOST_DEATHS) {
      return roster.fail(new ExplainedError(`${how}, ${deaths.length} times within a minute; ${log}`))
    }
    say(`${how}; starting it again. ${log}`)
    try {
      await pause(FIRST_DELAY_MS * 2 ** (deaths.length - 1), roster.stopping)
      current = await start()
      say(`${current.name} is back`)
    } catch (error) {
      const reason = /** @type {Error} */ (error).message
      return roster.fail(new ExplainedError(`${how} and could not be started again: ${reason}`))
    }
  }
}

/** @param {number} ms @param {AbortSignal} signal */
function sleepUnless(ms, signal) {
  return sleep(ms, undefined, { signal })
}
