import type { Clock } from '@freshet/core/clock'
import { type buildConnector, Client } from 'undici'
import { PeerExchange } from './peer-exchange.ts'

/** An answer to `GET /livez` is a word; a stranger may send more. */
const MAX_BYTES = 4_096

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
  client.dispatch({ method: 'GET', path: '/livez', reset: true }, exchange)
  let timer: NodeJS.Timeout | undefined
  const watch = (fromMs: number) => {
    timer = setTimeout(() => {
      // We were the ones who stood still: the answer may lie in the socket, unread.
      if (clock.monotonicMs() - fromMs > 2 * timeoutMs) watch(clock.monotonicMs())
      else exchange.giveUp(new Error(`no answer to a ping within ${timeoutMs} ms`))
    }, timeoutMs)
  }
  watch(clock.monotonicMs())
  try {
    await exchange.response
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
    void client.destroy()
  }
}
