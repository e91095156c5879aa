import type { PortalUser } from '@freshet/api/portal-user'
import type { UserService } from '@freshet/api/services/users'
import { type Clock, systemClock } from '@freshet/core/clock'
import { isDatabaseUnavailable } from '@freshet/db/failures'
import { LRUCache } from 'lru-cache'

/** How long an account stands in for itself while the database is away: within it, a disabled one has lost access too. */
const REMEMBERED_MS = 60_000
const MOST_USERS = 10_000

/**
 * Lets people who were looked up just now go on while PostgreSQL is restarted or fails over: whoever watches an outage
 * should not be shut out by it. Every question goes to the database first.
 */
export function rememberUsers(users: UserService, clock: Pick<Clock, 'monotonicMs'> = systemClock): UserService {
  const seen = new LRUCache<string, { user: PortalUser; atMs: number }>({ max: MOST_USERS })
  return {
    ...users,
    async findActive(id) {
      try {
        const user = await users.findActive(id)
        if (user) seen.set(id, { user, atMs: clock.monotonicMs() })
        else seen.delete(id)
        return user
      } catch (error) {
        const known = isDatabaseUnavailable(error) ? seen.get(id) : undefined
        if (!known || clock.monotonicMs() - known.atMs > REMEMBERED_MS) throw error
        return known.user
      }
    },
  }
}
