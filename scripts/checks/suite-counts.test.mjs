import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { playwrightCounts, vitestCounts } from './suite-counts.mjs'

/** @param {string} text */
function report(text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-report-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'report.json')
  writeFileSync(file, text)
  return file
}

/** @param {Partial<{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: object[] }>} part */
function vitestReport(part) {
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  return report(JSON.stringify({ ...none, ...part }))
}

test.each([
  ['passed and failed tests are counted', { numPassedTests: 7, numFailedTests: 2 }, { passed: 7, failed: 2 }],
  [
    'a skipped test counts as failed',
    { numPassedTests: 7, numPendingTests: 1, numTodoTests: 1 },
    { passed: 7, failed: 2 },
  ],
  [
    'a file that could not be loaded counts as failed',
    { numPassedTests: 7, testResults: [{ status: 'failed', assertionResults: [] }] },
    { passed: 7, failed: 1 },
  ],
  [
    'a failed test does not count twice for its file',
    {
      numPassedTests: 7,
      numFailedTests: 1,
      testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
    },
    { passed: 7, failed: 1 },
  ],
  ['a run without a test has failed', {}, { passed: 0, failed: 1 }],
])('vitest: %s', (_, part, counts) => {
  expect(vitestCounts(vitestReport(part))).toEqual(counts)
})

test('playwright: a flaky or skipped test counts as failed', () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 1 }
  expect(playwrightCounts(report(JSON.stringify({ stats })))).toEqual({ passed: 5, failed: 3 })
})

test.each([
  ['never written', '/nowhere/report.json'],
  ['cut short', undefined],
])('a report %s is a failure', (_, file) => {
  expect(vitestCounts(file ?? report('{"numPassedTests": 1'))).toEqual({ passed: 0, failed: 1 })
  expect(playwrightCounts(file ?? report('{"stats": {'))).toEqual({ passed: 0, failed: 1 })
})
