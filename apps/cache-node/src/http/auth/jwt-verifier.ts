import { NamespaceGrant, type Principal, principalOf, Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'

export interface JwtOptions {
  issuer: string
  audience: string
  jwksUrl: string
  /** Asymmetric algorithms only: a shared secret would let whoever verifies also sign. Empty: the default. */
  algorithms: readonly string[]
}

const CLOCK_TOLERANCE_S = 5
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const ASYMMETRIC = /^(?:[RPE]S(?:256|384|512)|EdDSA|Ed25519)$/
/** The issuer's keys are read again after this. */
const KEY_SET_MAX_AGE_MS = 600_000
/** A key set that could not be read is not asked for again at once: each stranger's token would knock at its door. */
const OUTAGE_PAUSE_MS = 1_000

const Claims = z.object({
  sub: z.string().min(1).max(256),
  exp: z.number(),
  /** Space-separated; words that are no scope of ours, with or without `freshet:` before them, are for others. */
  scope: z.string().default(''),
  freshet_namespaces: NamespaceGrant.default([]),
})

export interface VerifiedJwt {
  principal: Principal
  /** `exp`, with the tolerance for clocks that differ; epoch ms. */
  endsAtMs: number
}

/**
 * Verifies a token. Rejects with `unauthenticated`, `credential_expired`, or `issuer_unavailable`: while the issuer's keys
 * cannot be read nobody can say whether the token is good, and "401" would make clients throw away good ones.
 */
export type VerifyJwt = (token: string) => Promise<VerifiedJwt>

/** Throws Error when an algorithm is not an asymmetric one: a fault of the configuration, found at start. */
export function createJwtVerifier(options: JwtOptions, nowMs: () => number = Date.now): VerifyJwt {
  const algorithms = options.algorithms.length > 0 ? [...options.algorithms] : DEFAULT_ALGORITHMS
  const unfit = algorithms.find((name) => !ASYMMETRIC.test(name))
  if (unfit !== undefined) throw new Error(`"${unfit}" is not an asymmetric JWT algorithm`)
  const getKey = createKeyGetter(options.jwksUrl, nowMs)
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(nowMs()),
        requiredClaims: ['exp', 'sub'],
      })
      return readClaims(payload)
    } catch (cause) {
      throw asAppError(cause)
    }
  }
}

function createKeyGetter(jwksUrl: string, nowMs: () => number): JWTVerifyGetKey {
  const keySet = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cacheMaxAge: KEY_SET_MAX_AGE_MS })
  let pausedUntilMs = 0
  return async (header, token) => {
    if (nowMs() < pausedUntilMs) throw issuerUnavailable()
    try {
      return await keySet(header, token)
    } catch (cause) {
      if (isAboutTheToken(cause)) throw cause
      pausedUntilMs = nowMs() + OUTAGE_PAUSE_MS
      throw issuerUnavailable(cause)
    }
  }
}

/** What the key set itself says of a token, as opposed to a fetch that failed or brought no key set. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}

function readClaims(payload: JWTPayload): VerifiedJwt {
  const { sub, exp, scope, freshet_namespaces } = Claims.parse(payload)
  return {
    principal: principalOf({ kind: 'token', id: sub, name: sub }, readScopes(scope), freshet_namespaces),
    endsAtMs: (exp + CLOCK_TOLERANCE_S) * 1_000,
  }
}

function readScopes(text: string): Scope[] {
  return text.split(' ').flatMap((word) => {
    const parsed = Scope.safeParse(word.replace(/^freshet:/, ''))
    return parsed.success ? [parsed.data] : []
  })
}

function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const field = { field: 'Authorization' }
  return cause instanceof errors.JWTExpired
    ? new AppError('credential_expired', 'The token has expired', field, { cause })
    : new AppError('unauthenticated', 'The token could not be verified', field, { cause })
}

function issuerUnavailable(cause?: unknown): AppError {
  return new AppError(
    'issuer_unavailable',
    "The token issuer's keys cannot be read, so this token cannot be verified now",
    { retryAfterMs: OUTAGE_PAUSE_MS },
    { cause },
  )
}
