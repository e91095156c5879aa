import { accepts, type Position } from './position.ts'
import { ShiftAnd } from './shift-and.ts'

/** Up to this length trying every offset is cheaper than a table of 1 KB and more. */
const MAX_LENGTH_TRIED = 8

/**
 * What stands between two stars of a pattern: as many positions as it matches bytes. Texts here are byte strings: one
 * char per byte, 0 to 255.
 */
export class Segment {
  readonly positions: readonly Position[]
  /** The bytes, when the segment has no other positions. */
  readonly literal: string | null
  /** Built at the first search: most patterns are only validated, or never searched by a segment of this kind. */
  private searcher: ShiftAnd | null = null

  constructor(positions: readonly Position[]) {
    this.positions = positions
    const bytes = positions.filter((position) => typeof position === 'number')
    this.literal = bytes.length === positions.length ? String.fromCharCode(...bytes) : null
  }

  get length(): number {
    return this.positions.length
  }

  matchesAt(text: string, offset: number): boolean {
    if (this.literal !== null) return text.startsWith(this.literal, offset)
    for (let i = 0; i < this.positions.length; i++)
      if (!accepts(this.positions[i], text.charCodeAt(offset + i))) return false
    return true
  }

  /** The first offset from `from` at which it matches and ends at or before `end`; -1 when there is none. */
  find(text: string, from: number, end: number): number {
    const last = end - this.length
    if (last < from) return -1
    if (this.literal !== null) {
      const found = text.indexOf(this.literal, from)
      return found <= last ? found : -1
    }
    if (this.length > MAX_LENGTH_TRIED) {
      this.searcher ??= new ShiftAnd(this.positions)
      return this.searcher.find(text, from, end)
    }
    for (let offset = from; offset <= last; offset++) if (this.matchesAt(text, offset)) return offset
    return -1
  }
}
