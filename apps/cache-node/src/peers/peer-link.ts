import type { Clock } from '@freshet/core/clock'
import { AppError } from '@freshet/core/errors/app-error'
import { type Breaker, createBreaker } from '@freshet/core/origins/breaker'
import { type buildConnector, Pool } from 'undici'
import type { PeerAddress } from './peer-directory.ts'
import { AnswerTooLarge, PeerExchange, type PeerResponse } from './peer-exchange.ts'
import { ping } from './ping.ts'
import { unavailable } from './unavailable.ts'
import { Vigil, type Waiting } from './vigil.ts'

export interface PeerLinkOptions {
  clock: Pick<Clock, 'monotonicMs'>
  /** Opens connections, encrypted where the address says so. */
  connect: buildConnector.connector
  maxConnections: number
  /** A node that neither answers nor answers a ping for this long is given up, milliseconds. */
  silenceMs: number
  /** The node was asked in vain and is left alone for a while. */
  onLost: (node: string, error: unknown) => void
}

/** After this a node that was silent is pinged again, to see whether it came back; milliseconds. */
const RETRY_MS = 1_000

/**
 * Share of the silence after which a ping is sent; the rest is the ping's. The larger part, because a node that is asked by
 * thousands at once may be busy for as long before it comes to a ping.
 */
const PATIENT_SHARE = 0.25

export interface PeerRequest {
  method: 'GET' | 'POST'
  path: string
  headers: string[]
  body?: Buffer
}

/** The way to one other node: its connections, who waits for it, and whether it is worth asking. */
export class PeerLink {
  readonly address: PeerAddress
  private readonly options: PeerLinkOptions
  private readonly vigil: Vigil
  /** Opened by the first sign of death, and closed by a ping that is answered: no reader's time is spent on finding out. */
  private readonly breaker: Breaker = createBreaker({ failuresToOpen: 1, openMs: RETRY_MS })
  private pool: Pool
  private retired = false
  private probeTimer: NodeJS.Timeout | undefined

  constructor(address: PeerAddress, options: PeerLinkOptions) {
    this.address = address
    this.options = options
    this.pool = this.newPool()
    this.vigil = new Vigil({
      clock: options.clock,
      everyMs: options.silenceMs * PATIENT_SHARE,
      ping: () => this.ping(),
      onSilence: () => this.giveUpNode(this.pool, new Error(`no sign of life for ${options.silenceMs} ms`)),
    })
  }

  get inFlight(): number {
    return this.vigil.count
  }

  /** Whether to ask this node: it was not silent when it was last asked for a sign of life. */
  get isUsable(): boolean {
    return !this.retired && this.breaker.state(this.options.clock.monotonicMs()) === 'closed'
  }

  /** Rejects with AppError `peer_unavailable`. `patienceMs`: how long an answer may take from a node that lives. */
  async send(request: PeerRequest, maxBytes: number, patienceMs: number): Promise<PeerResponse> {
    for (let tries = 1; ; tries++) {
      if (!this.isUsable) throw unavailable('unreachable', `The node ${this.address.id} did not answer a moment ago`)
      const { pool } = this
      try {
        return await this.exchange(pool, request, maxBytes, patienceMs)
      } catch (error) {
        // The other side may have closed an idle connection just when we used it; a new one tells.
        if (tries === 1 && wasCut(error) && pool === this.pool) continue
        throw this.judge(error, pool)
      }
    }
  }

  /**
   * The node has left the list of members. Who waits for it may still be answered: it may be draining. If it is gone, the
   * vigil finds out.
   */
  retire(): void {
    this.retired = true
    clearTimeout(this.probeTimer)
    this.vigil.lookNow()
    void this.pool.close()
  }

  /** Cuts everything. */
  destroy(): void {
    this.retired = true
    clearTimeout(this.probeTimer)
    void this.pool.destroy()
  }

  private async exchange(
    pool: Pool,
    request: PeerRequest,
    maxBytes: number,
    patienceMs: number,
  ): Promise<PeerResponse> {
    const exchange = new PeerExchange(maxBytes)
    const sinceMs = this.options.clock.monotonicMs()
    const waiting: Waiting = {
      sinceMs,
      untilMs: sinceMs + patienceMs,
      giveUp: (why) => exchange.giveUp(unavailable(why, `The node ${this.address.id} is ${why}`)),
    }
    this.vigil.add(waiting)
    try {
      pool.dispatch({ ...request, idempotent: true }, exchange)
      return await exchange.response
    } finally {
      this.vigil.remove(waiting)
    }
  }

  /** What a failed exchange says to its asker, and what it says about the node. */
  private judge(error: unknown, pool: Pool): AppError {
    const { id } = this.address
    if (error instanceof AppError) return error
    if (error instanceof AnswerTooLarge)
      return unavailable('unreadable', `The node ${id} answered with ${error.message}`)
    this.giveUpNode(pool, error)
    return unavailable('unreachable', `The node ${id} cannot be reached`, error)
  }

  /** `pool`: through which it was lost. Of many who lose it together, the first finds the others' connections of no use. */
  private giveUpNode(pool: Pool, error: unknown): void {
    if (pool !== this.pool || this.retired) return
    const nowMs = this.options.clock.monotonicMs()
    this.breaker.enter(nowMs)?.('failure', nowMs)
    // What is left of them leads to the same place: half-open ones would swallow the first requests after its return.
    this.pool = this.newPool()
    void pool.destroy()
    this.options.onLost(this.address.id, error)
    this.probeLater()
  }

  /** Not with the next read: whoever asked first after its return would ask another node, and the two would load twice. */
  private probeLater(): void {
    this.probeTimer = setTimeout(() => void this.probe(), RETRY_MS)
    this.probeTimer.unref()
  }

  private async probe(): Promise<void> {
    const { clock } = this.options
    const settle = this.breaker.enter(clock.monotonicMs())
    const alive = settle !== null && (await this.ping())
    settle?.(alive ? 'success' : 'failure', clock.monotonicMs())
    if (!alive && !this.retired) this.probeLater()
  }

  private ping(): Promise<boolean> {
    return ping(new URL(this.address.url).origin, this.options.silenceMs * (1 - PATIENT_SHARE), this.options)
  }

  private newPool(): Pool {
    return new Pool(new URL(this.address.url).origin, {
      connect: this.options.connect,
      connections: this.options.maxConnections,
      // The vigil watches the time.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }
}

function wasCut(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}
