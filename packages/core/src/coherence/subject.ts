/** What records are matched against: a key and the tags of the value that is kept under it. */
export interface Subject {
  readonly key: string
  readonly tags: readonly string[]
}
