import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { changePrices, repriceBrand } from './change-prices.ts'
import type { Invalidator } from './invalidator.ts'

interface PriceChangerOptions {
  db: pg.Pool
  invalidator: Invalidator
  changesPerSecond: number
  log: Logger
}

const TICK_MS = 1_000
/** A sale of one brand comes once in so many ticks. */
const TICKS_PER_SALE = 30

/**
 * Changes prices once a second until the signal aborts, and now and then those of a whole brand: first the commit, then the
 * invalidation. Single products are named by their keys, a brand by the tag that its products carry.
 */
export async function runPriceChanger(options: PriceChangerOptions, signal: AbortSignal): Promise<void> {
  const { db, invalidator, changesPerSecond, log } = options
  let owed = 0
  let tick = 0
  while (!signal.aborted) {
    owed += (changesPerSecond * TICK_MS) / 1_000
    const count = Math.floor(owed)
    owed -= count
    try {
      if (count > 0) invalidator.add({ keys: (await changePrices(db, count)).map((id) => `products:${id}`), tags: [] })
      if (tick++ % TICKS_PER_SALE === 0) {
        const brand = await repriceBrand(db)
        if (brand !== null) invalidator.add({ keys: [], tags: [`brand-${brand}`] })
      }
    } catch (error) {
      // The database may be away for a while; the shop stays up and goes on when it is back.
      log.warn({ err: error }, 'prices could not be changed')
    }
    await invalidator.flush()
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined)
  }
}
