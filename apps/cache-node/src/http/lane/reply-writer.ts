import type { Writable } from 'node:stream'

/** Parts up to this size are copied together; the copy (about 10 GB/s) is cheaper than a second system call. */
const MAX_COPIED_BYTES = 64 * 1024
const SCRATCH_BYTES = 2 * MAX_COPIED_BYTES

/** What the writer needs of a connection. */
export interface ReplyTarget {
  readonly socket: Writable
  /** False from the first time that a write was not taken whole at once: a slow reader, or TLS. */
  takesAtOnce: boolean
}

/**
 * Puts head and body, and all replies of one turn, into one `write`: a socket write is the dearest step of a request,
 * whatever its size. One scratch buffer serves all connections, because a write that the kernel took whole leaves
 * nothing behind that refers to it; `writableLength` tells. Whoever adds flushes before its turn ends.
 */
export class ReplyWriter {
  private scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  private used = 0
  private target: ReplyTarget | null = null

  /** A large part is not copied, so it must not change afterwards. */
  add(target: ReplyTarget, part: string | Uint8Array, encoding: BufferEncoding): void {
    // A handler may answer another connection in the middle of this one's turn.
    if (this.target !== target) this.flush()
    this.target = target
    const size = byteLength(part, encoding)
    if (size > MAX_COPIED_BYTES) {
      this.writeThrough(target, part, encoding)
      return
    }
    if (this.used + size > SCRATCH_BYTES) this.flush()
    if (typeof part === 'string') this.scratch.write(part, this.used, encoding)
    else this.scratch.set(part, this.used)
    this.used += size
  }

  /** Hands all that was added to its socket. */
  flush(): void {
    const { target } = this
    if (this.used === 0 || target === null) return
    const { socket } = target
    const bytes = this.scratch.subarray(0, this.used)
    this.used = 0
    if (!target.takesAtOnce) {
      socket.write(Buffer.from(bytes))
      return
    }
    socket.write(bytes)
    if (socket.writableLength === 0) return
    // The socket still refers to the scratch buffer: it is the socket's now. From here on this connection gets copies
    // of the right size, so that a slow reader does not pin a whole scratch buffer for every reply.
    target.takesAtOnce = false
    this.scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  }

  private writeThrough(target: ReplyTarget, part: string | Uint8Array, encoding: BufferEncoding): void {
    const { socket } = target
    socket.cork()
    if (this.used > 0) socket.write(Buffer.from(this.scratch.subarray(0, this.used)))
    this.used = 0
    socket.write(part, encoding)
    socket.uncork()
  }
}

function byteLength(part: string | Uint8Array, encoding: BufferEncoding): number {
  return typeof part !== 'string' || encoding === 'latin1' ? part.length : Buffer.byteLength(part, encoding)
}
