import type { SweepAction } from '@freshet/core/coherence/sweep-action'
import type { Entry } from '@freshet/core/entries/entry'

/** An entry of L2 without its body. */
export interface HeldEntry {
  key: string
  entry: Entry
}

/** What is to become of an entry, as long as it is the one that was looked at. */
export interface Decision<H extends HeldEntry> {
  held: H
  action: SweepAction
}

/** L2 for who looks through all of it; `H` is how it knows an entry again. Rejects with AppError `store_unavailable`. */
export interface SweepableTier<H extends HeldEntry = HeldEntry> {
  /** About how many entries there are. */
  countEntries(): Promise<number>
  /**
   * A page of entries in no order, and the cursor for the next one (null: that was the last). An entry that is there from
   * the first page to the last is on at least one of them; one that comes or goes meanwhile may be on none.
   */
  readPage(cursor: string | null): Promise<{ entries: readonly H[]; cursor: string | null }>
  /** Entries that changed since they were read are left alone. */
  apply(decisions: readonly Decision<H>[]): Promise<void>
}
