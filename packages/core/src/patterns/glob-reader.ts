import { ByteSet } from './byte-set.ts'
import type { Position } from './position.ts'

/** Reads a glob byte by byte as `stringmatchlen` in Redis 7's util.c does, oddities included. */
export class GlobReader {
  /**
   * A range from an ASCII byte to another one. Redis compares plain `char`, signed on x86 and unsigned on ARM, so it
   * would mean one thing on one server and another on the next.
   */
  ambiguousRange = false
  private readonly bytes: string
  private at = 0

  constructor(bytes: string) {
    this.bytes = bytes
  }

  next(): Position | 'star' | 'end' {
    if (this.at >= this.bytes.length) return 'end'
    switch (this.bytes[this.at]) {
      case '*':
        while (this.bytes[this.at] === '*') this.at++
        return 'star'
      case '?':
        this.at++
        return 'any'
      case '[':
        this.at++
        return this.readClass()
      case '\\':
        // A backslash that ends the pattern is itself.
        if (this.at + 1 < this.bytes.length) this.at++
        return this.readByte()
      default:
        return this.readByte()
    }
  }

  /**
   * After `[`. A class that is never closed ends with the pattern. `]` closes even when it comes first: `[]` matches
   * nothing and `[^]` anything. `-` before the closing bracket is a range to that bracket: `[a-]` is never closed.
   */
  private readClass(): ByteSet {
    const set = new ByteSet()
    const inverted = this.bytes[this.at] === '^'
    if (inverted) this.at++
    while (this.at < this.bytes.length) {
      const left = this.bytes.length - this.at
      if (this.bytes[this.at] === '\\' && left >= 2) {
        this.at++
        set.add(this.readByte())
      } else if (this.bytes[this.at] === ']') {
        this.at++
        break
      } else if (this.bytes[this.at + 1] === '-' && left >= 3) {
        const start = this.readByte()
        this.at++
        this.addRange(set, start, this.readByte())
      } else set.add(this.readByte())
    }
    if (inverted) set.invert()
    return set
  }

  private addRange(set: ByteSet, start: number, end: number): void {
    if (start < 0x80 !== end < 0x80) this.ambiguousRange = true
    set.addRange(start, end)
  }

  private readByte(): number {
    return this.bytes.charCodeAt(this.at++)
  }
}
