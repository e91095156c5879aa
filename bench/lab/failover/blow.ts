/** Something that a blow must have brought about; a count of zero means that nothing was shown. */
export interface Evidence {
  what: string
  count: number
}

/** One way in which servers of a topology are lost. */
export interface Blow {
  name: string
  /** Whether the log may have lost writes by it, so that its nodes must be seen in another generation afterwards. */
  newGeneration: boolean
  /** Resolves when others have taken the place of what was lost. */
  strike(): Promise<{ evidence: Evidence[] }>
  /** Brings back what was lost. */
  mend(): Promise<void>
}

/** Redis servers that can lose one of them. */
export interface Topology {
  name: string
  /** For REDIS_URL. */
  url: string
  blows: readonly Blow[]
}
