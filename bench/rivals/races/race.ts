import type { Answer } from '../contestants/contestant.ts'
import type { Trial } from '../trial.ts'

/** An interleaving that is forced, and the reads that judge it, each of which begins after the acknowledgement. */
export interface Race<View extends string = string> {
  readonly name: string
  /** What the reads are called in the table. */
  readonly views: readonly View[]
  run(trial: Trial): Promise<Record<View, Answer>>
}
