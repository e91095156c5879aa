import { setTimeout as sleep } from 'node:timers/promises'

/** Something that is done at a rate until it is stopped, or fails. */
export interface Paced {
  /** How often it was done. */
  readonly count: number
  /** Rejects with what went wrong first; never resolves. */
  readonly failed: Promise<never>
  /** Ends it when what is under way has ended; rejects with what went wrong first. */
  stop(): Promise<void>
}

const TICK_MS = 2
/** A rate that cannot be kept must show, not pile up for ever. */
const MAX_UNDER_WAY = 2_000

/**
 * Does something so many times a second, whether what was begun before has ended or not: who is slow is not asked less.
 * It fails when that cannot be kept up.
 */
export function paced(perSecond: number, once: (n: number) => Promise<unknown>): Paced {
  const startedMs = performance.now()
  let count = 0
  let underWay = 0
  let stopped = false
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (error) => {
      stopped = true
      reject(error)
    }
  })
  // Whoever stops it hears of it; until then it is nobody's unhandled rejection.
  failed.catch(() => {})
  const end = () => {
    underWay--
  }
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1_000) * perSecond)
    while (count < due && !stopped) {
      if (underWay >= MAX_UNDER_WAY) return fail(new Error(`${perSecond} a second cannot be kept up`))
      underWay++
      once(count++).catch(fail).finally(end)
    }
  }, TICK_MS)
  return {
    get count() {
      return count
    },
    failed,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      while (underWay > 0) await sleep(TICK_MS)
      await Promise.race([failed, Promise.resolve()])
    },
  }
}

/** Waits so long, or rejects as soon as one of them fails: what is measured after that means nothing. */
export async function during(ms: number, ...going: readonly Paced[]): Promise<void> {
  await Promise.race([sleep(ms), ...going.map(({ failed }) => failed)])
}
