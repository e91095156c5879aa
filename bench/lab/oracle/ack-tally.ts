import { Histogram } from '@freshet/core/metrics/histogram'
import type { Answer } from '@freshet/testing/answer'

/**
 * `members`: every member said that it had applied it. `lease`: somebody's lease had to run out. `unsaid`: the answer
 * (204) does not say which of the two.
 */
export type AckBasis = 'members' | 'lease' | 'unsaid'

/** How invalidations were answered. */
export class AckTally {
  readonly acknowledged: Record<AckBasis, number> = { members: 0, lease: 0, unsaid: 0 }
  /** Of these, answered 202 first. */
  later = 0
  /** Not promised: the log could not be reached, or began anew. */
  refused = 0
  /** The asked node gave no answer. */
  failed = 0
  /** Of acknowledgements, microseconds as the caller saw them. */
  readonly latency = new Histogram()

  count({ status, sentMs }: Answer, by: AckBasis | null): void {
    if (by !== null) {
      this.acknowledged[by]++
      this.latency.record((performance.now() - sentMs) * 1_000)
    } else if (status === 0) this.failed++
    else this.refused++
  }
}
