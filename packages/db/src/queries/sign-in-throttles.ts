import { createHash } from 'node:crypto'
import type { Db } from '../client.ts'

const digestOf = (subject: string) => createHash('sha256').update(subject).digest('hex')

export interface ThrottleState {
  failures: number
  /** Until the window ends, milliseconds. */
  remainingMs: number
}

/** Failed attempts of a subject in its current window. */
export async function readFailures(db: Db, subject: string): Promise<ThrottleState> {
  const rows = await db.$queryRaw<{ failures: number; remaining_ms: number }[]>`
    SELECT failures, (extract(epoch FROM expires_at - now()) * 1000)::float8 AS remaining_ms
    FROM sign_in_throttles WHERE subject = ${digestOf(subject)} AND expires_at > now()`
  return { failures: rows[0]?.failures ?? 0, remainingMs: rows[0]?.remaining_ms ?? 0 }
}

/**
 * Counts one failure. The window begins with the first one and is not prolonged by later ones, so that a stranger cannot
 * lock somebody out for ever. One statement, because two attempts at the same moment must both count.
 */
export async function recordFailure(db: Db, subject: string, windowMs: number): Promise<void> {
  await db.$executeRaw`
    INSERT INTO sign_in_throttles AS t (subject, failures, expires_at)
    VALUES (${digestOf(subject)}, 1, now() + ${windowMs}::float8 * interval '1 millisecond')
    ON CONFLICT (subject) DO UPDATE SET
      failures = CASE WHEN t.expires_at > now() THEN t.failures + 1 ELSE 1 END,
      expires_at = CASE WHEN t.expires_at > now() THEN t.expires_at ELSE EXCLUDED.expires_at END`
}

/** Undoes one `recordFailure`: the attempt was none. */
export async function takeBackFailure(db: Db, subject: string): Promise<void> {
  await db.signInThrottle.updateMany({
    where: { subject: digestOf(subject), failures: { gt: 0 } },
    data: { failures: { decrement: 1 } },
  })
}

export async function clearFailures(db: Db, subject: string): Promise<void> {
  await db.signInThrottle.deleteMany({ where: { subject: digestOf(subject) } })
}

/** Rows of windows that have ended. Returns how many went. */
export function pruneThrottles(db: Db): Promise<number> {
  return db.$executeRaw`DELETE FROM sign_in_throttles WHERE expires_at < now()`
}
