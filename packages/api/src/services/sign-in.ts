import { AppError } from '@freshet/core/errors/app-error'
import type { Db } from '@freshet/db/client'
import { passwordMatches } from '@freshet/db/passwords'
import {
  clearFailures,
  pruneThrottles,
  readFailures,
  recordFailure,
  takeBackFailure,
} from '@freshet/db/queries/sign-in-throttles'
import { findUserByEmail, markSignedIn, normalizeEmail } from '@freshet/db/queries/users'
import { type PortalUser, toPortalUser } from '../portal-user.ts'
import { networkOf } from './network-of.ts'

const WINDOW_MS = 15 * 60_000
/**
 * Failures within a window after which no further guess is looked at. The tight limit is on an address from one network,
 * so that a stranger elsewhere cannot lock its owner out; the wide ones stop guessing from many networks, and of many
 * addresses from one.
 */
const LIMITS = { addressAndNetwork: 5, address: 100, network: 50 } as const

export interface Credentials {
  email: string
  password: string
  /** The client's address as the trusted proxy gives it. */
  ip: string
}

/**
 * The person with this address and password, or null; the same null, after the same work, whether the address is
 * unknown, the password wrong or the account disabled. Rejects with `rate_limited` after too many failures.
 */
export type VerifyPassword = (credentials: Credentials) => Promise<PortalUser | null>

export function createVerifyPassword(db: Db): VerifyPassword {
  return async ({ email, password, ip }) => {
    const subjects = subjectsOf(normalizeEmail(email), ip)
    await refuseWhenThrottled(db, subjects)
    // Counted before the password is looked at, and taken back on success: guesses sent all at once must not all find
    // the counter below its limit.
    await Promise.all(subjects.map(({ subject }) => recordFailure(db, subject, WINDOW_MS)))
    const user = await findUserByEmail(db, email)
    const matches = await passwordMatches(password, user?.passwordHash ?? null)
    if (!user || !matches || user.disabledAt !== null) {
      await pruneThrottles(db)
      return null
    }
    await Promise.all(subjects.map(({ subject, onSuccess }) => onSuccess(db, subject)))
    await markSignedIn(db, user.id, { via: 'password', from: ip })
    return toPortalUser(user)
  }
}

interface Subject {
  subject: string
  limit: number
  /** An address is cleared by who knows its password. Its network is not: guesses at others' addresses stay counted. */
  onSuccess: (db: Db, subject: string) => Promise<void>
}

function subjectsOf(email: string, ip: string): Subject[] {
  const network = networkOf(ip)
  return [
    { subject: `address-network:${email}|${network}`, limit: LIMITS.addressAndNetwork, onSuccess: clearFailures },
    { subject: `address:${email}`, limit: LIMITS.address, onSuccess: clearFailures },
    { subject: `network:${network}`, limit: LIMITS.network, onSuccess: takeBackFailure },
  ]
}

async function refuseWhenThrottled(db: Db, subjects: Subject[]): Promise<void> {
  const states = await Promise.all(
    subjects.map(async ({ subject, limit }) => ({ limit, ...(await readFailures(db, subject)) })),
  )
  const blocked = states.filter(({ failures, limit }) => failures >= limit)
  if (blocked.length === 0) return
  const retryAfterMs = Math.max(...blocked.map(({ remainingMs }) => remainingMs))
  throw new AppError('rate_limited', 'Too many failed sign-ins; wait before the next one', { retryAfterMs })
}
