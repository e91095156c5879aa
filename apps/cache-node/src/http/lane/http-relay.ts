import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RelayBacking, RelayedSocket } from './relayed-socket.ts'

/** The connection behind a relay. */
export interface RelayHost extends RelayBacking {
  /** Makes node:http serve a stream. */
  serve(stream: Duplex): void
  /** node:http has answered the request it was given and is between requests; `rest` is what the client sent since. */
  onReturned(rest: Buffer | null): void
}

/**
 * Lends one connection to node:http, a request at a time. It counts the bytes of each request that it feeds, and returns
 * the connection when node:http has taken exactly that many, has answered exactly one request, and keeps the connection
 * open. In any doubt node:http keeps it for good, and then sees what it would have seen without a lane.
 */
export class HttpRelay {
  private readonly host: RelayHost
  private stream: RelayedSocket | null = null
  /** Bytes of the current request that the client has yet to send; infinite once node:http keeps the connection. */
  private unfed = 0
  /** What came after the current request. */
  private rest: Buffer | null = null
  private request: IncomingMessage | null = null
  /** The newest reply that node:http has begun or will begin. */
  private response: ServerResponse | null = null
  private answered = false
  private full = false

  constructor(host: RelayHost) {
    this.host = host
  }

  /** False while the client's bytes should stay in the kernel. */
  get wantsBytes(): boolean {
    return !this.full && this.rest === null
  }

  /** Milliseconds without traffic that node:http allows a connection it keeps; 0: no limit. */
  get idleLimitMs(): number {
    return this.unfed === Number.POSITIVE_INFINITY && this.stream !== null ? this.stream.timeoutMs : 0
  }

  /** Gives node:http the next `length` bytes of the connection, of which `bytes` are the first. */
  lend(bytes: Buffer, length: number): void {
    this.unfed = length
    this.request = null
    this.answered = false
    if (this.stream === null) {
      this.stream = new RelayedSocket(this.host)
      this.host.serve(this.stream)
    }
    this.feed(bytes)
  }

  /** Gives node:http the connection for good. */
  give(bytes: Buffer): void {
    this.lend(bytes, Number.POSITIVE_INFINITY)
  }

  /** More bytes from the client. */
  feed(bytes: Buffer): void {
    if (this.unfed < bytes.length) {
      const excess = bytes.subarray(this.unfed)
      this.rest = this.rest === null ? excess : Buffer.concat([this.rest, excess])
    }
    if (this.unfed === 0 || this.stream === null) return
    const part = this.unfed < bytes.length ? bytes.subarray(0, this.unfed) : bytes
    this.unfed -= part.length
    this.full = !this.stream.deliver(part)
    // node:http answered before it had the whole request. It reads the remainder to throw it away, in this turn.
    if (this.unfed === 0 && this.answered) setImmediate(() => this.tryReturn())
  }

  /** The client sends nothing more. */
  feedEnd(): void {
    if (this.rest !== null) this.keep()
    this.stream?.push(null)
  }

  /** node:http received a request on this relay. */
  onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.response = response
    if (this.unfed === Number.POSITIVE_INFINITY) return
    // Two requests in what was framed as one: node:http reads these bytes otherwise than the lane did.
    if (this.request !== null) {
      this.keep()
      return
    }
    this.request = request
    response.once('finish', this.onAnswered)
  }

  private readonly onAnswered = (): void => {
    this.answered = true
    if (this.unfed === 0) this.tryReturn()
  }

  /** Makes the newest reply the connection's last, unless it has gone out already. */
  closeAfterReply(): void {
    if (this.response !== null) this.response.shouldKeepAlive = false
  }

  wanted(): void {
    this.full = false
  }

  drained(): void {
    this.stream?.drained()
  }

  /** The real connection is gone. */
  close(error?: Error): void {
    this.stream?.destroy(error)
  }

  /** The idle limit has passed. */
  timeOut(): void {
    this.stream?.emit('timeout')
  }

  /** Called by the stream: node:http is through with it. */
  forget(): void {
    this.stream = null
  }

  private tryReturn(): void {
    const { stream, request } = this
    if (this.unfed !== 0 || stream === null || request === null) return
    const atRest = request.complete && stream.readableLength === 0 && stream.writableLength === 0
    if (!atRest || !stream.writable) {
      this.keep()
      return
    }
    const { rest } = this
    this.rest = null
    this.request = null
    this.response = null
    this.host.onReturned(rest)
  }

  private keep(): void {
    const { rest } = this
    this.rest = null
    this.unfed = Number.POSITIVE_INFINITY
    if (rest !== null) this.feed(rest)
  }
}
