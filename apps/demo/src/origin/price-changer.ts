import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { changePrices } from './change-prices.ts'
import type { Invalidator } from './invalidator.ts'

interface PriceChangerOptions {
  db: pg.Pool
  invalidator: Invalidator
  changesPerSecond: number
  log: Logger
}

const TICK_MS = 1_000

/** Changes prices once a second until the signal aborts: first the commit, then the invalidation. */
export async function runPriceChanger(options: PriceChangerOptions, signal: AbortSignal): Promise<void> {
  const { db, invalidator, changesPerSecond, log } = options
  let owed = 0
  while (!signal.aborted) {
    owed += (changesPerSecond * TICK_MS) / 1_000
    const count = Math.floor(owed)
    owed -= count
    try {
      if (count > 0) invalidator.add((await changePrices(db, count)).map((id) => `products:${id}`))
    } catch (error) {
      // The database may be away for a while; the shop stays up and goes on when it is back.
      log.warn({ err: error }, 'prices could not be changed')
    }
    await invalidator.flush()
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
  }
}
