import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { isCertified } from '../certified.ts'
import type { ReplyTarget, ReplyWriter } from './reply-writer.ts'

/** What stands behind a relayed socket. */
export interface RelayBacking extends ReplyTarget {
  readonly socket: Socket
  readonly writer: ReplyWriter
  /** node:http read a request's head from this socket. */
  onRequest(request: IncomingMessage, response: ServerResponse): void
  /** node:http can take more of the request. */
  onWanted(): void
  /** node:http wrote something: the connection is not idle. */
  onWritten(): void
  /** node:http gave the connection up; `orderly` when it had ended its side first and all of it was written. */
  onGivenUp(orderly: boolean): void
}

interface Chunk {
  chunk: string | Buffer
  encoding: BufferEncoding
}

/**
 * The connection as node:http sees it: a Duplex fed by the lane, writing to the real socket. `http.Server` documents
 * that it serves any Duplex; the members beyond Duplex are those that handlers and loggers read from `req.socket`.
 */
export class RelayedSocket extends Duplex {
  /** Idle limit that node:http set, 0 for none; the lane's sweep enforces it. */
  timeoutMs = 0
  readonly backing: RelayBacking
  private whenDrained: (() => void) | null = null

  constructor(backing: RelayBacking) {
    super({ decodeStrings: false, writableHighWaterMark: backing.socket.writableHighWaterMark })
    this.backing = backing
  }

  /** Gives node:http bytes of the request. False: no more until `onWanted`. */
  deliver(bytes: Buffer): boolean {
    // What `push` does for a flowing stream that holds nothing, without its bookkeeping (about 1 µs a request).
    if (this.readableFlowing === true && this.readableLength === 0) {
      this.emit('data', bytes)
      return true
    }
    return this.push(bytes)
  }

  override _read(): void {
    this.backing.onWanted()
  }

  override _write(chunk: string | Buffer, encoding: BufferEncoding, done: () => void): void {
    this.send([{ chunk, encoding }], done)
  }

  override _writev(chunks: Chunk[], done: () => void): void {
    this.send(chunks, done)
  }

  private send(chunks: Chunk[], done: () => void): void {
    const { writer, socket } = this.backing
    for (const { chunk, encoding } of chunks) writer.add(this.backing, chunk, encoding)
    writer.flush()
    this.backing.onWritten()
    if (socket.writableNeedDrain) this.whenDrained = done
    else done()
  }

  /** The real socket took what was waiting. */
  drained(): void {
    const done = this.whenDrained
    this.whenDrained = null
    done?.()
  }

  override _final(done: () => void): void {
    this.backing.socket.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.backing.onGivenUp(error === null && this.writableFinished)
    done(error)
  }

  /** As net.Socket's: node:http calls it after a reply that said `Connection: close`. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  setTimeout(timeoutMs: number, onTimeout?: () => void): this {
    this.timeoutMs = timeoutMs
    if (onTimeout) this.once('timeout', onTimeout)
    return this
  }

  setNoDelay(on?: boolean): this {
    this.backing.socket.setNoDelay(on)
    return this
  }

  setKeepAlive(on?: boolean, initialDelayMs?: number): this {
    this.backing.socket.setKeepAlive(on, initialDelayMs)
    return this
  }

  get encrypted(): boolean {
    return 'encrypted' in this.backing.socket
  }

  /** The client showed a certificate, and our authority has signed it. */
  get certified(): boolean {
    return isCertified(this.backing.socket)
  }

  get remoteAddress(): string | undefined {
    return this.backing.socket.remoteAddress
  }

  get remotePort(): number | undefined {
    return this.backing.socket.remotePort
  }

  get remoteFamily(): string | undefined {
    return this.backing.socket.remoteFamily
  }

  get localAddress(): string | undefined {
    return this.backing.socket.localAddress
  }

  get localPort(): number | undefined {
    return this.backing.socket.localPort
  }
}
