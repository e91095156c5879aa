import path from 'node:path'
import { findProgram } from '../processes/programs.mjs'
import { ExplainedError } from '../terminal/explained-error.mjs'
import { aptInstall } from './apt.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** @returns {string | undefined} the browser of CHROMIUM_PATH, or one on PATH. */
export function chromiumHere() {
  return process.env.CHROMIUM_PATH ?? NAMES.map((name) => findProgram(name)).find(Boolean)
}

/**
 * Finds a Chromium for the end-to-end tests, installing Debian's when there is none.
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its path.
 * @throws {ExplainedError} saying how to get one.
 */
export async function requireChromium(say) {
  const present = chromiumHere()
  if (present && findProgram(path.basename(present), path.dirname(present))) return present
  if (present) throw new ExplainedError(`CHROMIUM_PATH names no program that can be run: ${present}`)
  const problem = await aptInstall(['chromium'])
  const installed = chromiumHere()
  if (!installed) {
    throw new ExplainedError(
      `The end-to-end tests need Chromium, and none could be installed (apt: ${problem ?? 'it brought none'}). ` +
        'Install chromium or Google Chrome, or name one: CHROMIUM_PATH=/path/to/chrome npm test',
    )
  }
  say('Chromium came by apt')
  return installed
}
