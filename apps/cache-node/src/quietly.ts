import type { Clock } from '@freshet/core/clock'
import type { Logger } from 'pino'

const REPEAT_AFTER_MS = 10_000

/** Says that something failed, why, and further facts of this one time. `what` is one of few, not made of keys or ids. */
export type Complain = (what: string, error: unknown, facts?: Record<string, unknown>) => void

/**
 * Logs the same complaint once in ten seconds and says how often it was left out: while Redis is away every poll, every
 * reconnect and every write fails, and a full disk of logs would be the second outage.
 */
export function quietly(logger: Logger, clock: Clock): Complain {
  const last = new Map<string, { atMs: number; suppressed: number }>()
  return (what, error, facts) => {
    const nowMs = clock.monotonicMs()
    const before = last.get(what)
    if (before !== undefined && nowMs - before.atMs < REPEAT_AFTER_MS) {
      before.suppressed++
      return
    }
    last.set(what, { atMs: nowMs, suppressed: 0 })
    logger.warn({ ...facts, err: error, suppressed: before?.suppressed ?? 0 }, `${what} failed`)
  }
}
