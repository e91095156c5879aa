import { NamespaceGrant, principalOf, Scope } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Credential } from './credential.ts'

export interface JwtOptions {
  issuer: string
  audience: string
  jwksUrl: string
  /** Asymmetric algorithms only: a shared secret would let whoever verifies also sign. */
  algorithms: readonly string[]
}

const CLOCK_TOLERANCE_S = 5
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']

const Claims = z.object({
  sub: z.string().min(1).max(256),
  exp: z.number(),
  /** Space-separated; words that are no scope of ours, with or without `freshet:` before them, are for others. */
  scope: z.string().default(''),
  freshet_namespaces: NamespaceGrant.default([]),
})

export type VerifyJwt = (token: string) => Promise<Credential>

/**
 * Verifies tokens against the issuer's published keys. Rejects with `unauthenticated` or `credential_expired`. While the
 * key set cannot be fetched, known keys go on; a token signed by an unknown one is `unauthenticated`: to guess is worse.
 */
export function createJwtVerifier(options: JwtOptions): VerifyJwt {
  const keySet = createRemoteJWKSet(new URL(options.jwksUrl), { timeoutDuration: 3_000, cacheMaxAge: 3_600_000 })
  const algorithms = options.algorithms.length > 0 ? [...options.algorithms] : DEFAULT_ALGORITHMS
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: options.issuer,
        audience: options.audience,
        algorithms,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['exp', 'sub'],
      })
      const claims = Claims.parse(payload)
      return {
        principal: principalOf(
          { kind: 'token', id: claims.sub, name: claims.sub },
          readScopes(claims.scope),
          claims.freshet_namespaces,
        ),
        expiresAtMs: (claims.exp + CLOCK_TOLERANCE_S) * 1_000,
        verifiedAgainst: null,
        bucket: null,
      }
    } catch (cause) {
      if (cause instanceof errors.JWTExpired)
        throw new AppError('credential_expired', 'The token has expired', { field: 'Authorization' }, { cause })
      throw new AppError('unauthenticated', 'The token could not be verified', { field: 'Authorization' }, { cause })
    }
  }
}

function readScopes(text: string): Scope[] {
  return text.split(' ').flatMap((word) => {
    const parsed = Scope.safeParse(word.replace(/^freshet:/, ''))
    return parsed.success ? [parsed.data] : []
  })
}
