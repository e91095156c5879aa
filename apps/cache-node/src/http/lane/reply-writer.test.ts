import { Writable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ReplyTarget, ReplyWriter } from './reply-writer.ts'

/** A socket whose writes are taken at once, or held until `release`. */
class TestSocket extends Writable implements ReplyTarget {
  readonly socket = this
  takesAtOnce = true
  readonly written: Buffer[] = []
  private readonly holds: boolean
  private held: { chunk: Buffer; done: () => void }[] = []

  constructor(holds: boolean) {
    super({ highWaterMark: 1 << 20 })
    this.holds = holds
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.holds) this.held.push({ chunk, done })
    else {
      this.written.push(Buffer.from(chunk))
      done()
    }
  }

  /** Takes what was held, as it is now: what was overwritten meanwhile shows. */
  release(): void {
    while (this.held.length > 0) {
      const next = this.held.shift()
      if (next === undefined) break
      this.written.push(Buffer.from(next.chunk))
      next.done()
    }
  }
}

describe('ReplyWriter', () => {
  let writer: ReplyWriter
  beforeEach(() => {
    writer = new ReplyWriter()
  })

  it('puts parts into one write', () => {
    const socket = new TestSocket(false)
    writer.add(socket, 'head \xe9 ', 'latin1')
    writer.add(socket, 'text \u20ac ', 'utf8')
    writer.add(socket, Buffer.from('body'), 'latin1')
    expect(socket.written).toEqual([])
    writer.flush()
    expect(socket.written).toEqual([
      Buffer.concat([Buffer.from('head \xe9 ', 'latin1'), Buffer.from('text \u20ac body')]),
    ])
  })

  it('keeps apart what is for different connections', () => {
    const [one, other] = [new TestSocket(false), new TestSocket(false)]
    writer.add(one, 'a', 'latin1')
    writer.add(other, 'b', 'latin1')
    writer.add(one, 'c', 'latin1')
    writer.flush()
    expect([one.written.join(), other.written.join()]).toEqual(['a,c', 'b'])
  })

  it('never changes bytes that a slow connection has yet to take', () => {
    const slow = new TestSocket(true)
    const fast = new TestSocket(false)
    for (const text of ['first', 'second', 'third']) {
      writer.add(slow, text, 'latin1')
      writer.flush()
      writer.add(fast, text.toUpperCase(), 'latin1')
      writer.flush()
    }
    slow.release()
    slow.release()
    expect(slow.written.join(' ')).toBe('first second third')
    expect(fast.written.join(' ')).toBe('FIRST SECOND THIRD')
  })

  it('hands large parts through in order, and more than its buffer holds in several writes', () => {
    const socket = new TestSocket(false)
    const sizes = [10, 70_000, 10, 60_000, 60_000, 60_000, 200_000]
    for (const [i, size] of sizes.entries()) writer.add(socket, Buffer.alloc(size, i + 1), 'latin1')
    writer.flush()
    const expected = Buffer.concat(sizes.map((size, i) => Buffer.alloc(size, i + 1)))
    expect(Buffer.concat(socket.written).equals(expected)).toBe(true)
  })
})
