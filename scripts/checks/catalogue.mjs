import path from 'node:path'
import { playwrightCounts, vitestCounts } from './suite-counts.mjs'

/** @typedef {import('./run-check.mjs').Check} Check */

/** Need nothing but what is installed. @type {Check[]} */
export const SOURCE_CHECKS = [
  { name: 'lint', command: 'biome', args: ['ci', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'commits', command: 'node', args: ['scripts/check-commits.mjs'] },
]

/** Need the generated code. @type {Check[]} */
export const BUILT_CHECKS = [
  { name: 'types', command: 'turbo', args: ['run', 'typecheck', '//#typecheck:root', '--output-logs=errors-only'] },
  { name: 'dependency rules', command: 'node', args: ['scripts/check-dependencies.mjs'] },
  { name: 'unused code', command: 'knip', args: ['--no-progress'] },
]

/** @param {string} reportDir @returns {Check} */
export function unitAndIntegration(reportDir) {
  return vitest(
    'unit and integration',
    ['--project=unit', '--project=integration', '--project=@freshet/web'],
    path.join(reportDir, 'vitest.json'),
  )
}

/** Takes all cores: alone. @param {string} reportDir @returns {Check} */
export function simulation(reportDir) {
  return vitest('simulation', ['--project=simulation'], path.join(reportDir, 'simulation.json'))
}

/** Kills real processes under load, and is judged by the clock: alone. @param {string} reportDir @returns {Check} */
export function faults(reportDir) {
  return vitest('faults', ['--project=faults'], path.join(reportDir, 'faults.json'))
}

/** @param {string} reportDir @param {string} chromium @param {string} dataDir @returns {Check} */
export function endToEnd(reportDir, chromium, dataDir) {
  const report = path.join(reportDir, 'playwright.json')
  return {
    name: 'end to end',
    command: 'playwright',
    args: ['test', '--reporter=list,json', `--output=${path.join(reportDir, 'playwright')}`],
    env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: report, FRESHET_DATA_DIR: dataDir },
    counts: () => playwrightCounts(report),
  }
}

/** @param {string} name @param {string[]} args @param {string} report @returns {Check} */
function vitest(name, args, report) {
  return {
    name,
    command: 'vitest',
    args: ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    counts: () => vitestCounts(report),
  }
}
