import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { isCertified } from '../certified.ts'
import { PARTIAL, REFUSED } from './field-line.ts'
import { frameRequest } from './frame-request.ts'
import { HeaderMemo } from './header-memo.ts'
import { HttpRelay, type RelayHost } from './http-relay.ts'
import type { LaneContext } from './lane-context.ts'
import type { LaneReply } from './lane-handler.ts'
import { keyOf, readGetLine } from './parse-strict-get.ts'
import type { ReplyWriter } from './reply-writer.ts'

/** A head that arrives in more pieces than this goes to node:http: each piece makes the lane read it from the start. */
const MAX_PIECES = 8
/** In place of an index: the rest of the bytes is dealt with. */
const STOP = -3

/**
 * One connection. Whose turn it is decides what becomes of bytes that arrive: the lane reads them, a load holds them
 * back, node:http is fed them.
 */
export class LaneConnection<Session> implements RelayHost {
  readonly socket: Socket
  readonly writer: ReplyWriter
  takesAtOnce: boolean
  private readonly context: LaneContext<Session>
  private readonly memo: HeaderMemo<Session>
  private readonly relay = new HttpRelay(this)
  private turn: 'lane' | 'load' | 'http' = 'lane'
  /** Bytes to go on with: a piece of a head, a request being loaded, what came while nothing could be answered. */
  private pending: Buffer | null = null
  /** How many pieces of a head `pending` holds; 0 when it holds something else. */
  private pieces = 0
  private headSinceMs = 0
  /** Length of the request being loaded. */
  private loadLength = 0
  private activeAtMs: number
  private reading = true
  private ended = false

  constructor(socket: Socket, context: LaneContext<Session>) {
    this.socket = socket
    this.writer = context.writer
    this.context = context
    this.activeAtMs = context.nowMs
    const encrypted = 'encrypted' in socket
    this.takesAtOnce = !encrypted
    this.memo = new HeaderMemo(context.handler, {
      remoteAddress: socket.remoteAddress,
      encrypted,
      certified: isCertified(socket),
    })
    socket.on('data', (chunk: Buffer) => this.onData(chunk))
    socket.on('end', () => this.onEnd())
    socket.on('drain', () => this.onDrain())
    socket.on('timeout', () => socket.destroy())
    // Clients vanish. node:http hears of it if it is answering; 'close' follows.
    socket.on('error', (error) => this.relay.close(error))
    socket.on('close', () => {
      this.relay.close()
      context.onClosed(socket)
    })
  }

  private onData(chunk: Buffer): void {
    this.activeAtMs = this.context.nowMs
    if (this.turn === 'http') this.relay.feed(chunk)
    else {
      const bytes = this.pending === null ? chunk : Buffer.concat([this.pending, chunk])
      this.pending = null
      if (this.turn === 'lane') this.consume(bytes)
      else this.pending = bytes
    }
    this.updateReading()
  }

  /** Answers as many requests as `bytes` hold and the client takes answers. */
  private consume(bytes: Buffer): void {
    let at = 0
    while (at !== STOP && at < bytes.length) {
      if (this.socket.writableNeedDrain) {
        this.pending = bytes.subarray(at)
        this.pieces = 0
        break
      }
      at = this.step(bytes, at)
    }
    this.writer.flush()
    this.watchStall()
  }

  /** Deals with the request at `at`. Returns the index after it, or `STOP`. */
  private step(bytes: Buffer, at: number): number {
    const lineEnd = readGetLine(bytes, at)
    const end = lineEnd > 0 ? this.memo.match(bytes, lineEnd) : lineEnd
    if (end > 0 && end - at <= this.context.maxHeadBytes) return this.answer(keyOf(bytes, at, lineEnd), bytes, at, end)

    const frame = end === PARTIAL ? PARTIAL : frameRequest(bytes, at)
    if (frame === PARTIAL) return this.awaitHead(bytes.subarray(at))
    if (frame === REFUSED) return this.give(bytes.subarray(at))
    return this.lend(bytes.subarray(at), frame.headEnd - at + frame.bodyLength)
  }

  private answer(key: string, bytes: Buffer, at: number, end: number): number {
    const { handler } = this.context
    const { headers, session } = this.memo.current
    this.pieces = 0
    let loading: Promise<LaneReply | null> | null
    try {
      const reply = handler.hit(key, headers, session)
      if (reply !== null) return this.put(reply) ? end : STOP
      loading = handler.load?.(key, headers, session) ?? null
    } catch (error) {
      this.context.onHandlerError(error)
      loading = null
    }
    if (loading === null) return this.lend(bytes.subarray(at), end - at)
    this.turn = 'load'
    this.pending = bytes.subarray(at)
    this.loadLength = end - at
    loading.then(
      (reply) => this.onLoaded(reply),
      (error) => {
        this.context.onHandlerError(error)
        this.onLoaded(null)
      },
    )
    return STOP
  }

  /** False when it was the connection's last reply. */
  private put({ head, prefix, body }: LaneReply): boolean {
    const { draining } = this.context
    this.writer.add(this, draining ? `${head.slice(0, -2)}Connection: close\r\n\r\n` : head, 'latin1')
    if (prefix !== undefined) this.writer.add(this, prefix, 'latin1')
    if (body !== null) this.writer.add(this, body, 'latin1')
    if (!draining) return true
    this.writer.flush()
    this.socket.destroySoon()
    return false
  }

  private onLoaded(reply: LaneReply | null): void {
    const bytes = this.pending
    if (this.socket.destroyed || bytes === null) return
    this.pending = null
    if (reply === null) {
      this.lend(bytes, this.loadLength)
      this.updateReading()
    } else if (this.put(reply)) this.goOn(bytes.subarray(this.loadLength))
  }

  /** The lane has the turn again, with these bytes to go on with. */
  private goOn(bytes: Buffer): void {
    this.turn = 'lane'
    this.activeAtMs = this.context.nowMs
    this.consume(bytes)
    if (this.ended && this.turn === 'lane' && !this.socket.writableNeedDrain) this.onEnd()
    this.updateReading()
  }

  /** Keeps the beginning of a head until more of it comes. */
  private awaitHead(piece: Buffer): number {
    if (this.pieces === MAX_PIECES || piece.length > this.context.maxHeadBytes) return this.give(piece)
    if (this.pieces++ === 0) this.headSinceMs = this.context.nowMs
    this.pending = piece
    return STOP
  }

  /** Lets node:http answer the request in the first `length` bytes from here on. */
  private lend(bytes: Buffer, length: number): number {
    this.turn = 'http'
    this.pieces = 0
    this.writer.flush()
    this.relay.lend(bytes, length)
    return STOP
  }

  private give(bytes: Buffer): number {
    return this.lend(bytes, Number.POSITIVE_INFINITY)
  }

  /** The client ended its side. What it asked before is answered; a request that broke off is for node:http to judge. */
  private onEnd(): void {
    this.ended = true
    if (this.turn === 'lane') {
      const { pending } = this
      this.pending = null
      if (pending === null) this.socket.end()
      else this.give(pending)
    }
    if (this.turn === 'http') this.relay.feedEnd()
  }

  private onDrain(): void {
    this.socket.setTimeout(0)
    this.relay.drained()
    const { pending } = this
    if (this.turn === 'lane' && this.pieces === 0 && pending !== null) {
      this.pending = null
      this.goOn(pending)
    }
    this.updateReading()
  }

  /** A client that takes nothing is cut off: what waits for it is memory that others need. */
  private watchStall(): void {
    if (this.socket.writableNeedDrain) this.socket.setTimeout(this.context.stallTimeoutMs)
  }

  private updateReading(): void {
    const wanted = this.wantsBytes()
    if (wanted === this.reading) return
    this.reading = wanted
    if (wanted) this.socket.resume()
    else this.socket.pause()
  }

  private wantsBytes(): boolean {
    if (this.turn === 'http') return this.relay.wantsBytes
    if (this.turn === 'load') return this.pending !== null && this.pending.length === this.loadLength
    return !this.socket.writableNeedDrain
  }

  /** Enforces the time limits; called about once a second. */
  sweep(): void {
    const { nowMs, headersTimeoutMs, keepAliveTimeoutMs } = this.context
    const idleMs = nowMs - this.activeAtMs
    if (this.turn === 'http') {
      const limitMs = this.relay.idleLimitMs
      if (limitMs > 0 && idleMs > limitMs) this.relay.timeOut()
    } else if (this.turn === 'lane') {
      if (this.pieces > 0 && nowMs - this.headSinceMs > headersTimeoutMs) this.context.onHeadTimeout(this.socket)
      else if (keepAliveTimeoutMs > 0 && this.isIdle && idleMs > keepAliveTimeoutMs) this.socket.destroySoon()
    }
  }

  get isIdle(): boolean {
    return this.turn === 'lane' && this.pending === null && this.socket.writableLength === 0
  }

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.relay.onRequest(request, response)
    if (this.context.draining) this.relay.closeAfterReply()
  }

  /** The lane begins to drain: what is being answered is this connection's last. */
  startDraining(): void {
    this.activeAtMs = this.context.nowMs
    this.relay.closeAfterReply()
  }

  serve(stream: Duplex): void {
    this.context.serve(stream)
  }

  onReturned(rest: Buffer | null): void {
    this.goOn(rest ?? NOTHING)
  }

  onWanted(): void {
    this.relay.wanted()
    this.updateReading()
  }

  onWritten(): void {
    this.activeAtMs = this.context.nowMs
    this.watchStall()
  }

  onGivenUp(orderly: boolean): void {
    this.relay.forget()
    if (this.turn !== 'http') return
    if (orderly) this.socket.destroySoon()
    else this.socket.destroy()
  }
}

const NOTHING = Buffer.alloc(0)
