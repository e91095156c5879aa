import type { Clock } from '@freshet/core/clock'
import { type buildConnector, Client } from 'undici'
import { PeerExchange } from './peer-exchange.ts'

/** An answer to `GET /livez` is a word; a stranger may send more. */
const MAX_BYTES = 4_096
/** How many times the time that is left is looked at. */
const SLICES = 8

export interface PingDeps {
  connect: buildConnector.connector
  clock: Pick<Clock, 'monotonicMs'>
}

/** Whether a process answers at an address within `timeoutMs`, however it answers. Never rejects. */
export async function ping(url: string, timeoutMs: number, { connect, clock }: PingDeps): Promise<boolean> {
  // A connection of its own: one that was idle may just have been closed by the other side, which looks like a death, and
  // one that is in use may be waiting for an origin.
  const client = new Client(url, { connect, headersTimeout: 0, bodyTimeout: 0 })
  const exchange = new PeerExchange(MAX_BYTES)
  const stop = countDown(timeoutMs, clock, () => exchange.giveUp(new Error(`no answer to a ping in ${timeoutMs} ms`)))
  client.dispatch({ method: 'GET', path: '/livez', reset: true }, exchange)
  try {
    await exchange.response
    return true
  } catch {
    return false
  } finally {
    stop()
    void client.destroy()
  }
}

/**
 * Calls back after about `ms` in which this process was awake. A timer alone would not do: when this process stands still, be it
 * for a burst of work or because it was paused, the timer is overdue before what the other side has sent is read.
 */
function countDown(ms: number, clock: Pick<Clock, 'monotonicMs'>, onEnd: () => void): () => void {
  const sliceMs = ms / SLICES
  let left = SLICES
  let timer: NodeJS.Timeout
  const next = () => {
    const fromMs = clock.monotonicMs()
    timer = setTimeout(() => {
      // A pause of our own counts little, and a process that is always late is that much more patient.
      left -= sliceMs / Math.max(sliceMs, clock.monotonicMs() - fromMs)
      if (left < 0.5) onEnd()
      else next()
    }, sliceMs)
  }
  next()
  return () => clearTimeout(timer)
}
