/** A guard taken out of the sources: which, where, and what stands in its place. */
export interface Mutant {
  /** The protocol's name of the rule, and what is missing. */
  rule: string
  /** Below `src/`. */
  file: string
  /** What is found, exactly once, and what replaces it. */
  edits: readonly (readonly [string, string])[]
}
