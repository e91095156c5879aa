import type { ByteSet } from './byte-set.ts'

/** What one position of a pattern accepts: a byte, a set of bytes, or any byte. */
export type Position = number | ByteSet | 'any'

export function accepts(position: Position | undefined, byte: number): boolean {
  if (typeof position === 'number') return position === byte
  return position === 'any' || position?.has(byte) === true
}
