import { Histogram } from '@freshet/core/metrics/histogram'

/** How invalidations were answered. */
export class AckTally {
  /** Every member said that it had applied it. */
  byMembers = 0
  /** Somebody's lease had to run out. */
  byLease = 0
  /** Answered 202 first, and acknowledged later. */
  later = 0
  /** Not promised: the log could not be reached, or began anew. */
  refused = 0
  /** The asked node gave no answer. */
  failed = 0
  /** Of acknowledgements, microseconds as the caller saw them. */
  readonly latency = new Histogram()

  get acknowledged(): number {
    return this.byMembers + this.byLease
  }
}
