import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Clock } from '@freshet/core/clock'
import { systemClock } from '@freshet/core/clock'
import { LaneConnection } from './lane-connection.ts'
import type { LaneContext } from './lane-context.ts'
import type { LaneHandler } from './lane-handler.ts'
import { RelayedSocket } from './relayed-socket.ts'
import { ReplyWriter } from './reply-writer.ts'

export interface LaneOptions {
  /** Longer heads go to node:http, whose own limit answers 431: give the lane the same. */
  maxHeadBytes: number
  /** A connection that has nothing in flight is closed after this long; 0: never. */
  keepAliveTimeoutMs: number
  /** A request's head must be complete this long after its first byte, else 408. */
  headersTimeoutMs: number
  /** A client that takes nothing of what is waiting for it is cut off after this long. */
  stallTimeoutMs: number
  /** The handler threw or rejected; node:http has the request now. */
  onHandlerError(error: unknown): void
  /** Limits are checked this often, and so may be overrun by as much. */
  sweepEveryMs?: number
  clock?: Clock
}

export interface Lane {
  readonly connectionCount: number
  /**
   * Lets every connection finish: what is in flight is answered, and answers say `Connection: close`. Idle connections
   * are closed after `lingerMs` only, so that a request already on its way is not lost. Resolves when none is left; new
   * ones may come as long as the server listens, and are waited for by draining again.
   */
  drain(lingerMs: number): Promise<void>
  /** Cuts every connection. */
  destroy(): void
}

/**
 * Puts the lane in front of an `http.Server` or `https.Server`, which goes on listening, limiting connections and
 * closing as before: the lane takes the place of its connection listener and calls that listener for what it does not
 * answer itself. Call it before the server listens.
 *
 * (A `net.Server` of our own would not do: node:http sets up the checks of its header and request timeouts when it
 * begins to listen, and would time out nothing.)
 */
export function attachLane<Session>(server: Server, handler: LaneHandler<Session>, options: LaneOptions): Lane {
  const event = server instanceof TlsServer ? 'secureConnection' : 'connection'
  const nodeHttp = server.listeners(event)
  server.removeAllListeners(event)

  const { clock = systemClock, sweepEveryMs = 1_000, ...limits } = options
  const connections = new Map<Socket, LaneConnection<Session>>()
  const emptied = new Set<() => void>()

  const context: LaneContext<Session> = {
    ...limits,
    handler,
    writer: new ReplyWriter(),
    nowMs: clock.monotonicMs(),
    draining: false,
    serve(stream) {
      for (const listener of nodeHttp) listener.call(server, stream)
    },
    onHeadTimeout: (socket) => refuseLateHead(server, socket),
    onClosed(socket) {
      connections.delete(socket)
      if (connections.size === 0) for (const resolve of emptied) resolve()
    },
  }

  server.on(event, (socket: Socket) => connections.set(socket, new LaneConnection(socket, context)))
  // Before the application's listener, which may answer at once.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.socket instanceof RelayedSocket) request.socket.backing.onRequest(request, response)
  })

  function sweep(): void {
    context.nowMs = clock.monotonicMs()
    for (const connection of connections.values()) connection.sweep()
  }
  const timer = setInterval(sweep, sweepEveryMs)
  timer.unref()
  server.once('close', () => clearInterval(timer))

  return {
    get connectionCount() {
      return connections.size
    },
    async drain(lingerMs) {
      context.draining = true
      // Counted anew for each connection, because some become idle, or come, while others are waited for: a request that
      // crosses our closing on its way is lost.
      context.keepAliveTimeoutMs = Math.max(1, lingerMs)
      context.nowMs = clock.monotonicMs()
      for (const connection of connections.values()) connection.startDraining()
      const look = setInterval(sweep, Math.max(1, lingerMs / 4))
      const linger = setTimeout(() => server.closeIdleConnections(), lingerMs)
      await new Promise<void>((resolve) => {
        emptied.add(resolve)
        if (connections.size === 0) resolve()
      })
      clearInterval(look)
      clearTimeout(linger)
    },
    destroy() {
      for (const connection of connections.values()) connection.socket.destroy()
    },
  }
}

/** As node:http does with its own: listeners of `clientError` answer, else a bare 408. */
function refuseLateHead(server: Server, socket: Socket): void {
  const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
  if (server.emit('clientError', error, socket)) return
  if (socket.writable) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  socket.destroySoon()
}
