interface Row {
  /** The newest version at the source. */
  committed: number
  /** The newest of which all nodes have said that they know it. */
  acknowledged: number
  isChanging: boolean
}

/**
 * The source of truth that the cache stands before: the version of each key, and which one readers may count on. Versions
 * begin above those of earlier runs, whose values may lie in the cache still.
 */
export class Oracle {
  private readonly rows = new Map<string, Row>()
  private readonly firstVersion: number

  /** @param firstVersion above all versions of earlier runs, such as the time in milliseconds. */
  constructor(firstVersion: number) {
    this.firstVersion = firstVersion
  }

  /** The value that a loader finds at the source now. */
  committed(key: string): number {
    return this.rows.get(key)?.committed ?? 0
  }

  /** What a read that begins now must not come below, unless it says that it is stale. */
  floor(key: string): number {
    return this.rows.get(key)?.acknowledged ?? 0
  }

  /**
   * Changes a key at the source, then lets `tell` tell the cache; on its word (true: all nodes have it) readers may count
   * on the change. One at a time for each key: of two claims at once nobody could say which is the newer.
   *
   * @returns false when the key is being changed already.
   */
  async change(key: string, tell: (version: number) => Promise<boolean>): Promise<boolean> {
    const row = this.rows.get(key) ?? { committed: 0, acknowledged: 0, isChanging: false }
    this.rows.set(key, row)
    if (row.isChanging) return false
    row.isChanging = true
    const version = Math.max(row.committed, this.firstVersion) + 1
    row.committed = version
    try {
      if (await tell(version)) row.acknowledged = version
      return true
    } finally {
      row.isChanging = false
    }
  }
}
