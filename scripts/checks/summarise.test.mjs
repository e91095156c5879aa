import { expect, test } from 'vitest'
import { summarise } from './summarise.mjs'

const types = { name: 'types', suite: false, passed: 1, failed: 0 }
const unit = { name: 'unit', suite: true, passed: 40, failed: 0 }
const browser = { name: 'end to end', suite: true, passed: 2, failed: 0 }

test('the last line counts the tests of all suites, and nothing else stands on it', () => {
  const { lines, passed } = summarise([types, unit, browser])
  expect(lines.at(-1)).toBe('42 passed, 0 failed')
  expect(passed).toBe(true)
})

test.each([
  ['a failed test', [types, { ...unit, failed: 1 }], '40 passed, 1 failed'],
  ['a check that does not hold', [{ ...types, passed: 0, failed: 1 }, unit], '40 passed, 1 failed'],
  ['a run in which no test passed', [types], '0 passed, 0 failed'],
  ['a run that did not get to its end', [], '0 passed, 1 failed'],
])('%s is no success', (_, outcomes, last) => {
  const { lines, passed } = summarise(outcomes)
  expect(lines.at(-1)).toBe(last)
  expect(passed).toBe(false)
})
