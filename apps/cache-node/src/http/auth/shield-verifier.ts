import { AppError } from '@freshet/core/errors/app-error'
import { TokenBucket } from '@freshet/core/limits/token-bucket'
import { BoundedMap } from './bounded-map.ts'
import type { VerifiedJwt, VerifyJwt } from './jwt-verifier.ts'

/** A token that failed is refused for this long without another try. */
const REMEMBER_FAILURE_MS = 5_000
const MAX_FAILED = 1_000
/** Verifying costs some 50 µs: bad tokens may take a fortieth of a core, no more. */
const FAILURES_PER_SECOND = 500

/**
 * Keeps bad tokens from burning the processor: the same one is not verified twice, nor many at once when it comes from
 * many connections, and when too many different ones fail, tokens that are not known yet have to wait (`rate_limited`).
 * Who was verified before is not concerned.
 */
export function shieldVerifier(verify: VerifyJwt, nowMs: () => number): VerifyJwt {
  const failed = new BoundedMap<string, { untilMs: number; error: AppError }>(MAX_FAILED)
  const pending = new Map<string, Promise<VerifiedJwt>>()
  const failures = new TokenBucket(FAILURES_PER_SECOND)

  async function verifyNew(token: string): Promise<VerifiedJwt> {
    try {
      return await verify(token)
    } catch (error) {
      // An issuer that is away says nothing about the token: it may be tried again as soon as the issuer may.
      if (error instanceof AppError && error.status === 401) {
        failures.take(nowMs())
        failed.set(token, { untilMs: nowMs() + REMEMBER_FAILURE_MS, error })
      }
      throw error
    } finally {
      pending.delete(token)
    }
  }

  return async (token) => {
    const known = failed.get(token)
    if (known !== undefined && nowMs() < known.untilMs) throw known.error
    const running = pending.get(token)
    if (running !== undefined) return running
    if (failures.remaining(nowMs()) === 0)
      throw new AppError('rate_limited', 'Too many tokens could not be verified; try again in a moment', {
        field: 'Authorization',
        limit: FAILURES_PER_SECOND,
        retryAfterMs: 1_000,
      })
    const verifying = verifyNew(token)
    pending.set(token, verifying)
    return verifying
  }
}
