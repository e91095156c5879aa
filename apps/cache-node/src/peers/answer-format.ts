import type { Entry } from '@freshet/core/entries/entry'
import { encodeEntry } from '@freshet/core/entries/entry-codec'
import type { MissReason, ReadResult, Source, StaleCause } from '@freshet/core/tiers/read-result'

/** One entry as L2 keeps it (entries/entry-codec.ts): version and deadlines travel with the value. */
export const RECORD_MEDIA_TYPE = 'application/vnd.freshet.entry'

export const SOURCE_HEADER = 'freshet-source'
export const STALE_HEADER = 'freshet-stale'
export const MISSED_HEADER = 'freshet-missed'

/** Positions are the wire's numbers in a batch: append, never reorder. */
export const SOURCES = ['l1', 'l2', 'peer', 'origin', 'joined'] as const satisfies readonly Source[]
export const STALE_CAUSES = [
  'revalidating',
  'degraded',
  'generation',
  'origin-error',
  'origin-slow',
] as const satisfies readonly StaleCause[]
export const MISS_REASONS = [
  'absent',
  'expired',
  'invalidated',
  'degraded',
  'bypass',
] as const satisfies readonly MissReason[]

/** A value or a known absence, which is a value of nothing. */
export type Held = Exclude<ReadResult, { kind: 'miss' }>

const NOTHING = Buffer.alloc(0)

/** All of a record but the body, which need not be copied to be sent. */
export function encodeRecordHead(entry: Entry): Buffer {
  return encodeEntry(entry, NOTHING)
}

/** Header fields of an answer that carries a record. */
export function recordFields({ source, stale, missed }: Omit<Held, 'entry' | 'kind'>): Record<string, string> {
  return {
    'content-type': RECORD_MEDIA_TYPE,
    [SOURCE_HEADER]: source,
    ...(stale !== null && { [STALE_HEADER]: stale }),
    ...(missed !== null && { [MISSED_HEADER]: missed }),
  }
}
