import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { LaneHandler } from './lane-handler.ts'
import type { ReplyWriter } from './reply-writer.ts'

/** What all connections of a lane share. */
export interface LaneContext<Session> {
  readonly handler: LaneHandler<Session>
  readonly writer: ReplyWriter
  readonly maxHeadBytes: number
  /** Shorter once draining. */
  keepAliveTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly stallTimeoutMs: number
  /** Monotonic milliseconds, renewed by the sweep: coarse, and free to read for each request. */
  nowMs: number
  draining: boolean
  /** Makes node:http serve a stream. */
  serve(stream: Duplex): void
  onHandlerError(error: unknown): void
  /** Tells node:http's `clientError` listeners of a head that did not come in time. */
  onHeadTimeout(socket: Socket): void
  onClosed(socket: Socket): void
}
