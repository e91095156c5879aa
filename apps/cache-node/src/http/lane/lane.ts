import type { Server } from 'node:http'
import type { LaneHandler } from './lane-handler.ts'

export interface LaneOptions {
  /** A connection that has nothing in flight is closed after this long. */
  keepAliveTimeoutMs: number
  /** A request's head must be complete this long after its first byte, else 408. */
  headersTimeoutMs: number
  /** A client that takes nothing of what is waiting for it is cut off after this long. */
  stallTimeoutMs: number
}

export interface Lane {
  readonly connectionCount: number
  /**
   * Lets every connection finish: what is in flight is answered, and answers say `Connection: close`. Idle connections
   * are closed after `lingerMs`, so that a request already on its way is not lost. Resolves when none is left.
   */
  drain(lingerMs: number): Promise<void>
  /** Cuts every connection. */
  destroy(): void
}

/**
 * Puts the lane in front of an `http.Server` or `https.Server`, which goes on listening as before. Call it after the
 * server was made and before it listens.
 */
export declare function attachLane<Session>(server: Server, handler: LaneHandler<Session>, options: LaneOptions): Lane
