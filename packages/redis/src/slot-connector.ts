import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { AbstractConnector, type RedisOptions } from 'ioredis'
import { reconnectDelayMs } from './connection-options.ts'
import type { Endpoint } from './redis-url.ts'
import type { SlotFinder } from './slot-finder.ts'

type ErrorEmitter = Parameters<AbstractConnector['connect']>[0]

/** What ioredis says, and knows, of a connection that was closed while it was being made. */
const CLOSED = 'Connection is closed.'
const DISCONNECT_TIMEOUT_MS = 2_000

/**
 * Makes ioredis's own connections lead to whoever holds a slot at the moment, as its Sentinel connector leads to whoever
 * is master: one TCP connection, found anew whenever it is lost.
 * @param secure the connection's TLS options; undefined: none.
 */
export function slotConnector(finder: SlotFinder, secure: RedisOptions['tls']) {
  return class SlotConnector extends AbstractConnector {
    constructor() {
      super(DISCONNECT_TIMEOUT_MS)
    }

    async connect(emit: ErrorEmitter) {
      this.connecting = true
      const endpoint = await this.find(emit)
      this.stream = secure ? tls.connect({ ...endpoint, ...secure }) : net.createConnection(endpoint)
      this.stream.once('error', (error) => {
        this.firstError = error
      })
      return this.stream
    }

    /** A rejection would end the connection for good: as long as nobody is found, the search goes on. */
    private async find(emit: ErrorEmitter): Promise<Endpoint> {
      for (let attempt = 1; ; attempt++) {
        const found = await finder.find().catch((error: Error) => error)
        if (!this.connecting) throw new Error(CLOSED)
        if (!(found instanceof Error)) return found
        emit('error', found)
        await sleep(reconnectDelayMs(attempt))
      }
    }
  }
}
