import type { Entry } from '../entries/entry.ts'
import type { MissReason, ReadResult, Source } from './read-result.ts'

/** What a tier's candidate came to: an answer, or why not and whether it may serve if loading fails. */
export type Considered = { answer: ReadResult } | { answer: null; reason: MissReason; fallback: Fallback | null }

/** What may be served if loading fails or is slow. */
export interface Fallback {
  entry: Entry
  source: Source
}

export function isStale(result: ReadResult): boolean {
  return result.kind !== 'miss' && result.stale !== null
}

/** The first of two that are as old as each other. */
export function newerOf(first: Fallback | null, second: Fallback | null): Fallback | null {
  if (first === null || second === null) return first ?? second
  return second.entry.storedAtMs > first.entry.storedAtMs ? second : first
}
