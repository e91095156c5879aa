import { namespaceOf } from '../keys/cache-key.ts'
import { GlobReader } from './glob-reader.ts'
import type { Position } from './position.ts'
import { Segment } from './segment.ts'

/** Longest pattern, in bytes of UTF-8. */
export const MAX_PATTERN_BYTES = 256

/** Why a pattern was refused; `limit` is set where a number was exceeded. */
export interface PatternFault {
  reason: 'empty' | 'too_long' | 'control_character' | 'not_well_formed' | 'ambiguous_range'
  limit?: number
}

/** A Redis glob (`*`, `?`, `[a-z]`, `[^x]`, `\`), taken apart once and matched often. */
export interface Pattern {
  readonly source: string
  /** Every match begins with this text; `SCAN MATCH` of the prefix and a star finds no fewer keys than the pattern. */
  readonly literalPrefix: string
  /** The namespace in which all matches lie, or null when they may lie in several. */
  readonly namespace: string | null
  /** What stands between the stars; one segment when there is no star. */
  readonly segments: readonly Segment[]
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: keys hold none, so a pattern that does is a mistake or an attack
const CONTROL = /[\u0000-\u001f\u007f]/

/** Takes a pattern apart, or says what is wrong with it. */
export function parsePattern(source: string): Pattern | PatternFault {
  const fault = findTextFault(source)
  if (fault) return fault
  const reader = new GlobReader(toByteString(source))
  const segments: Segment[] = []
  let positions: Position[] = []
  for (let position = reader.next(); position !== 'end'; position = reader.next()) {
    if (position !== 'star') positions.push(position)
    else {
      segments.push(new Segment(positions))
      positions = []
    }
  }
  segments.push(new Segment(positions))
  if (reader.ambiguousRange) return { reason: 'ambiguous_range' }
  const literalPrefix = prefixOf(segments[0]?.positions ?? [])
  const isOneKey = segments.length === 1 && segments[0]?.literal !== null
  const namespace = isOneKey || literalPrefix.includes(':') ? namespaceOf(literalPrefix) : null
  return { source, literalPrefix, namespace, segments }
}

/** UTF-8 as a string with one char per byte, which is how Redis sees keys. Costs a test when the text is ASCII. */
export function toByteString(text: string): string {
  return /[\u0080-\uffff]/.test(text) ? Buffer.from(text).toString('latin1') : text
}

/** A sentence a caller can act on. */
export function describePatternFault(fault: PatternFault): string {
  switch (fault.reason) {
    case 'empty':
      return 'a pattern has at least 1 byte'
    case 'too_long':
      return `a pattern has at most ${fault.limit} bytes of UTF-8`
    case 'control_character':
      return 'a pattern holds no control characters'
    case 'not_well_formed':
      return 'a pattern is well-formed UTF-8'
    case 'ambiguous_range':
      return 'a range in brackets starts and ends with ASCII characters; list other characters with * instead'
  }
}

function findTextFault(source: string): PatternFault | null {
  if (source.length === 0) return { reason: 'empty' }
  if (Buffer.byteLength(source) > MAX_PATTERN_BYTES) return { reason: 'too_long', limit: MAX_PATTERN_BYTES }
  if (CONTROL.test(source)) return { reason: 'control_character' }
  return source.isWellFormed() ? null : { reason: 'not_well_formed' }
}

function prefixOf(positions: readonly Position[]): string {
  const end = positions.findIndex((position) => typeof position !== 'number')
  const bytes = positions.slice(0, end === -1 ? positions.length : end).filter((byte) => typeof byte === 'number')
  // A wildcard is an ASCII character, so it never cuts a character of several bytes in two.
  return Buffer.from(bytes).toString('utf8')
}
