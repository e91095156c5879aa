import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * A skipped test counts as failed: nothing may be left out in silence. So does a file that could not be loaded, and a
 * report that was never written or names no test.
 * @param {string} file of vitest's JSON reporter.
 * @returns {Counts}
 */
export function vitestCounts(file) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const brokenFiles = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ { status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const left = report.numPendingTests + report.numTodoTests
  return counted(report.numPassedTests, report.numFailedTests + brokenFiles.length + left)
}

/**
 * @param {string} file of Playwright's JSON reporter.
 * @returns {Counts} a test that passed only when tried again counts as failed.
 */
export function playwrightCounts(file) {
  const report = read(file)
  if (!report) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return counted(expected, unexpected + flaky + skipped)
}

/** @param {number} passed @param {number} failed @returns {Counts} */
function counted(passed, failed) {
  return { passed, failed: passed + failed === 0 ? 1 : failed }
}

/** @param {string} file */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
