import type { Catalogue } from '../stage/catalogue.ts'

/** Why a row had to be loaded. */
export type LoadCause =
  /** It was invalidated since its load before, or at about the same time. */
  | 'invalidated'
  /** Another node had just loaded it and its value was on its way into L2. */
  | 'side by side'
  /** Nothing that was sent concerns it: what is remembered of the log was too coarse. */
  | 'innocent'

/**
 * A load takes its version from what its node has applied, which may be a little behind what was appended; on a machine
 * whose cores are all busy, not so little. Invalidated are a few per cent of the rows a second, so this excuses no more
 * than a few per cent of the innocent.
 */
const SLACK_MS = 1_000
/** How long a loaded value may take into L2. */
const ON_ITS_WAY_MS = 1_000

/**
 * What was sent, replayed against what was loaded: the benchmark's own word on whether a miss was anybody's fault. Whoever
 * loads and what lies in which tier does not matter: L2 is shared, so a row is loaded again only when its value there is
 * not good enough.
 */
export class GroundTruth {
  private readonly catalogue: Catalogue
  private readonly loadedAtMs: Float64Array
  private readonly keyEndedAtMs: Float64Array
  private readonly tagEndedAtMs: Float64Array
  readonly loads: Record<LoadCause, number> = { invalidated: 0, 'side by side': 0, innocent: 0 }

  /** `filledAtMs`: when the values that are there were made. All times are of one monotonic clock. */
  constructor(catalogue: Catalogue, filledAtMs: number) {
    this.catalogue = catalogue
    this.loadedAtMs = new Float64Array(catalogue.rows).fill(filledAtMs)
    this.keyEndedAtMs = new Float64Array(catalogue.rows).fill(Number.NEGATIVE_INFINITY)
    this.tagEndedAtMs = new Float64Array(catalogue.tags).fill(Number.NEGATIVE_INFINITY)
  }

  /**
   * To be told when an invalidation is sent, and again when it was answered: it was appended somewhere between, and
   * counts against every load up to the answer.
   */
  invalidated(rows: readonly number[], tags: readonly number[], nowMs: number): void {
    for (const row of rows) if (row < this.keyEndedAtMs.length) this.keyEndedAtMs[row] = nowMs
    for (const tag of tags) this.tagEndedAtMs[tag] = nowMs
  }

  /** To be told of every load when it reaches the source. */
  loaded(row: number, nowMs: number): void {
    const lastMs = this.loadedAtMs[row] ?? Number.NaN
    const tag = this.catalogue.tagNumber(row)
    const endedMs = Math.max(this.keyEndedAtMs[row] ?? Number.NaN, this.tagEndedAtMs[tag] ?? Number.NaN)
    const cause: LoadCause =
      endedMs >= lastMs - SLACK_MS ? 'invalidated' : nowMs - lastMs < ON_ITS_WAY_MS ? 'side by side' : 'innocent'
    this.loads[cause]++
    this.loadedAtMs[row] = nowMs
  }

  /** Share of innocent misses, of all but those that were side by side; NaN before the first. */
  get innocentShare(): number {
    const { innocent, invalidated } = this.loads
    return innocent / (innocent + invalidated)
  }
}
