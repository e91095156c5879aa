import { type Answer, describeAnswer } from '@freshet/testing/answer'
import { expect } from 'vitest'

/**
 * Every answer is as it should be, and there are enough of them: an assertion over nothing holds always.
 * @param atLeast how many there must be.
 */
export function expectAll(answers: readonly Answer[], isRight: (answer: Answer) => boolean, atLeast = 50): void {
  const wrong = new Map<string, number>()
  for (const answer of answers.filter((one) => !isRight(one))) {
    const described = describeAnswer(answer)
    wrong.set(described, (wrong.get(described) ?? 0) + 1)
  }
  expect([...wrong].slice(0, 10).map(([answer, times]) => `${times} times ${answer}`)).toEqual([])
  expect(answers.length, 'answers that were looked at').toBeGreaterThanOrEqual(atLeast)
}

/** Some answer is so. */
export function expectSome(answers: readonly Answer[], isSo: (answer: Answer) => boolean): void {
  expect(answers.filter(isSo).length, `of ${answers.length} answers`).toBeGreaterThan(0)
}
