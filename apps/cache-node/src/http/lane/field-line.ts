import { CLASS, skipClass } from './byte-class.ts'

/** The data ended before a verdict; what is there so far is in order. */
export const PARTIAL = -1
/** Not in the strict grammar. Says nothing about what node:http will make of it. */
export const REFUSED = -2
export type Verdict = typeof PARTIAL | typeof REFUSED

const CR = 0x0d
const LF = 0x0a
const TAB = 0x09
const SPACE = 0x20
const COLON = 0x3a

/** Index after CR LF when these two stand at `at`, else a verdict. A bare LF or CR is what smugglers use: refused. */
export function afterLineEnd(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return PARTIAL
  if (bytes[at] !== CR) return REFUSED
  if (at + 1 >= bytes.length) return PARTIAL
  return bytes[at + 1] === LF ? at + 2 : REFUSED
}

/** Index after the literal when it stands at `at`, else a verdict. */
export function afterLiteral(bytes: Uint8Array, at: number, literal: Uint8Array): number {
  for (let i = 0; i < literal.length; i++) {
    if (at + i >= bytes.length) return PARTIAL
    if (bytes[at + i] !== literal[i]) return REFUSED
  }
  return at + literal.length
}

/** Makes a field name known by its bytes. */
export function fieldName(lowerCase: string): Uint8Array {
  return Buffer.from(lowerCase, 'latin1')
}

/**
 * One header field, strictly: `name: value CR LF` with at most one space before the value and none after it. No folding,
 * no space before the colon, no empty value, no byte outside visible ASCII, space and tab. One object serves many lines.
 */
export class FieldLine {
  private nameStart = 0
  private nameLength = 0
  valueStart = 0
  valueEnd = 0

  /** Index of the next line, or a verdict. */
  read(bytes: Uint8Array, at: number): number {
    const colon = skipClass(bytes, at, bytes.length, CLASS.token)
    if (colon === bytes.length) return PARTIAL
    if (colon === at || bytes[colon] !== COLON) return REFUSED
    this.nameStart = at
    this.nameLength = colon - at
    this.valueStart = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1
    this.valueEnd = skipClass(bytes, this.valueStart, bytes.length, CLASS.value)
    const next = afterLineEnd(bytes, this.valueEnd)
    if (next < 0) return next
    if (this.valueEnd === this.valueStart) return REFUSED
    return isBlank(bytes[this.valueStart]) || isBlank(bytes[this.valueEnd - 1]) ? REFUSED : next
  }

  /** Whether the name is this one, in any case. Compares bytes: making strings of names costs more than all the rest. */
  is(bytes: Uint8Array, name: Uint8Array): boolean {
    if (this.nameLength !== name.length) return false
    // Token characters that differ from a letter or a dash by bit 5 only are that letter's other case.
    for (let i = 0; i < name.length; i++) if (((bytes[this.nameStart + i] as number) | 0x20) !== name[i]) return false
    return true
  }

  value(bytes: Buffer): string {
    return bytes.toString('latin1', this.valueStart, this.valueEnd)
  }

  /** Whether the whole value is made of one class of bytes. */
  isAll(bytes: Uint8Array, bit: number): boolean {
    return skipClass(bytes, this.valueStart, this.valueEnd, bit) === this.valueEnd
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}
