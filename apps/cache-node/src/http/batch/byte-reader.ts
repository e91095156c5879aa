import { AppError } from '@freshet/core/errors/app-error'

/** Reads big-endian numbers and octets in sequence. Throws AppError `bad_request` instead of reading past the end. */
export class ByteReader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  u8(): number {
    return this.bytes.readUInt8(this.step(1))
  }

  i8(): number {
    return this.bytes.readInt8(this.step(1))
  }

  u16(): number {
    return this.bytes.readUInt16BE(this.step(2))
  }

  i16(): number {
    return this.bytes.readInt16BE(this.step(2))
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.step(4))
  }

  i32(): number {
    return this.bytes.readInt32BE(this.step(4))
  }

  f32(): number {
    return this.bytes.readFloatBE(this.step(4))
  }

  f64(): number {
    return this.bytes.readDoubleBE(this.step(8))
  }

  /** The octets themselves, sharing memory with the request. */
  view(length: number): Buffer {
    const from = this.step(length)
    return this.bytes.subarray(from, from + length)
  }

  /** Octets that may outlive the request: a view that is cached would keep the whole request in memory. */
  copy(length: number): Buffer {
    return Buffer.from(this.view(length))
  }

  requireEnd(): void {
    if (this.at !== this.bytes.length)
      throw new AppError('bad_request', `The body goes on for ${this.bytes.length - this.at} bytes after its end`, {
        field: 'body',
      })
  }

  private step(length: number): number {
    const from = this.at
    if (length > this.bytes.length - from)
      throw new AppError('bad_request', 'The body ends before it is complete', { field: 'body' })
    this.at = from + length
    return from
  }
}
