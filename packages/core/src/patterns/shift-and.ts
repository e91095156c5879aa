import { accepts, type Position } from './position.ts'

const WORD_BITS = 32

/**
 * Searches a text for a row of positions with one step per byte and word, whatever either of them holds (Shift-And,
 * Baeza-Yates and Gonnet 1992). Bit n of the state says that the last n + 1 bytes read match the first n + 1 positions.
 */
export class ShiftAnd {
  private readonly length: number
  private readonly words: number
  /** For each byte value, the positions that accept it. */
  private readonly masks: Uint32Array
  private readonly state: Uint32Array

  constructor(positions: readonly Position[]) {
    this.length = positions.length
    this.words = Math.ceil(positions.length / WORD_BITS)
    this.masks = new Uint32Array(256 * this.words)
    this.state = new Uint32Array(this.words)
    for (let byte = 0; byte < 256; byte++)
      for (let i = 0; i < positions.length; i++) {
        const word = byte * this.words + Math.floor(i / WORD_BITS)
        if (accepts(positions[i], byte)) this.masks[word] = (this.masks[word] ?? 0) | (1 << (i % WORD_BITS))
      }
  }

  /** The first offset from `from` at which all positions match and end at or before `end`; -1 when there is none. */
  find(text: string, from: number, end: number): number {
    const { masks, state, words } = this
    const last = words - 1
    const matched = 1 << ((this.length - 1) % WORD_BITS)
    state.fill(0)
    for (let at = from; at < end; at++) {
      const row = text.charCodeAt(at) * words
      let carry = 1
      for (let word = 0; word < words; word++) {
        const before = state[word] ?? 0
        state[word] = ((before << 1) | carry) & (masks[row + word] ?? 0)
        carry = before >>> (WORD_BITS - 1)
      }
      if (((state[last] ?? 0) & matched) !== 0) return at + 1 - this.length
    }
    return -1
  }
}
