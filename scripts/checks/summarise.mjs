/**
 * @param {import('./run-check.mjs').Outcome[]} outcomes of a run that was carried to its end; none: it was not.
 * @returns {{ lines: string[], passed: boolean }} the last lines to print. The very last counts tests alone, with one failure
 * more for each check that does not hold: it must never look better than it is.
 */
export function summarise(outcomes) {
  const suites = outcomes.filter(({ suite }) => suite)
  const checks = outcomes.filter(({ suite }) => !suite)
  const broken = checks.filter(({ failed }) => failed > 0)
  const passed = suites.reduce((total, suite) => total + suite.passed, 0)
  const failed =
    suites.reduce((total, suite) => total + suite.failed, 0) + broken.length + (outcomes.length === 0 ? 1 : 0)
  return {
    lines: [
      ...suites.map((suite) => `${suite.name}: ${suite.passed} passed, ${suite.failed} failed`),
      `checks that hold: ${checks.length - broken.length} of ${checks.length}${broken.map(({ name }) => `; not: ${name}`).join('')}`,
      `${passed} passed, ${failed} failed`,
    ],
    passed: failed === 0 && passed > 0,
  }
}
