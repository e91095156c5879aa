import type { Answer } from './contestants/contestant.ts'
import { OLD } from './trial.ts'

/** What the reads of one race and view came to. */
export interface Tally {
  trials: number
  /** The old value, as if nothing had happened. */
  stale: number
  /** The old value, and the answer says so. */
  marked: number
  /** No value. */
  errors: number
}

export function tallyOf(answers: readonly Answer[]): Tally {
  const count = (holds: (answer: Answer) => boolean) => answers.filter(holds).length
  return {
    trials: answers.length,
    stale: count((answer) => answer.kind === 'value' && answer.value === OLD),
    marked: count((answer) => answer.kind === 'marked' && answer.value === OLD),
    errors: count((answer) => answer.kind === 'error'),
  }
}
