/** One state of a row: its number, and whether there is such a row. */
export interface Row {
  n: number
  present: boolean
}

/** The source of truth: a row per key, whose number grows with every commit. */
export class Source {
  private readonly rows = new Map<string, boolean[]>()

  row(key: string): Row {
    const states = this.states(key)
    return { n: states.length - 1, present: states.at(-1) ?? true }
  }

  /** Commits the next state of a row and tells its number. */
  commit(key: string, present: boolean): number {
    return this.states(key).push(present) - 1
  }

  /** Whether there was a time at or after state `n` when the row did not exist. */
  wasAbsentSince(key: string, n: number): boolean {
    return this.states(key).indexOf(false, n) !== -1
  }

  private states(key: string): boolean[] {
    const known = this.rows.get(key)
    if (known !== undefined) return known
    const states = [true]
    this.rows.set(key, states)
    return states
  }
}
