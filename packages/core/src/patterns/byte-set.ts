/** A set of byte values, 32 bytes in all. */
export class ByteSet {
  private readonly words = new Uint32Array(8)

  add(byte: number): void {
    this.addRange(byte, byte)
  }

  /** Both ends included; an end before the start is the same range. */
  addRange(start: number, end: number): void {
    for (let byte = Math.min(start, end); byte <= Math.max(start, end); byte++)
      this.words[byte >>> 5] = (this.words[byte >>> 5] ?? 0) | (1 << (byte & 31))
  }

  has(byte: number): boolean {
    return ((this.words[byte >>> 5] ?? 0) & (1 << (byte & 31))) !== 0
  }

  invert(): void {
    for (let i = 0; i < this.words.length; i++) this.words[i] = ~(this.words[i] ?? 0)
  }
}
