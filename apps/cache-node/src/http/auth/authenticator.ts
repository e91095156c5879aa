import { timingSafeEqual } from 'node:crypto'
import { type ApiKeyRecord, findKeyRecordFault, readTokenId, tokenMatches } from '@freshet/core/access/api-key'
import { principalOf, SCOPES } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { BoundedMap } from './bounded-map.ts'
import { type Credential, stillStands } from './credential.ts'
import type { VerifyJwt } from './jwt-verifier.ts'
import { RateMemory } from './rate-limits.ts'
import { shieldVerifier } from './shield-verifier.ts'

export interface AuthenticatorOptions {
  /** Known keys by id; a new Map whenever the control document changed. Null while no document was read. */
  apiKeys: () => ReadonlyMap<string, ApiKeyRecord> | null
  /** The key derived for `api-key-hash`. */
  pepper: Buffer
  internalToken: string
  /** Null: JWTs are not taken. */
  verifyJwt: VerifyJwt | null
  /** This machine's wall clock, epoch milliseconds. */
  nowMs: () => number
}

/** Verified credentials kept. Beyond it the oldest is verified again, which costs microseconds. */
const MAX_VERIFIED = 10_000
/** A JWT is verified again after this, so that a key its issuer withdrew does not work until the token's own end. */
const RECHECK_JWT_MS = 600_000
/** A JWT that was good and cannot be verified just now goes on, and is tried again after this. */
const RECHECK_LATER_MS = 30_000
const BEARER = /^Bearer ([!-~]{1,8192})$/i

/**
 * Turns an Authorization header into a credential, and remembers it. The memory is a Map with the header as its key:
 * looking it up compares hashes and then strings, which says no more about a stored token than that it is not the same.
 */
export class Authenticator {
  private readonly options: AuthenticatorOptions
  private readonly verifyJwt: VerifyJwt | null
  private readonly verified = new BoundedMap<string, Credential>(MAX_VERIFIED)
  private readonly rates = new RateMemory()

  constructor(options: AuthenticatorOptions) {
    this.options = options
    this.verifyJwt = options.verifyJwt && shieldVerifier(options.verifyJwt, options.nowMs)
  }

  /** What is known of a header already, in the same turn; undefined: ask `authenticate`. */
  lookup(header: string): Credential | undefined {
    const known = this.verified.get(header)
    return known !== undefined && this.stands(known) ? known : undefined
  }

  /** Whether a credential that was given earlier still stands. */
  stands(credential: Credential, nowMs = this.options.nowMs()): boolean {
    return stillStands(credential, this.options.apiKeys(), nowMs)
  }

  /**
   * Rejects with AppError `unauthenticated`, `credential_expired`, `credential_revoked`, `issuer_unavailable`, `degraded`
   * while no key is known, or `rate_limited` when too many unknown tokens come.
   */
  async authenticate(header: string | undefined): Promise<Credential> {
    if (header === undefined) throw refuse('Send a credential: Authorization: Bearer <API key or token>')
    const known = this.verified.get(header)
    if (known !== undefined && this.stands(known)) return known
    try {
      const credential = await this.verify(header, known)
      this.verified.set(header, credential)
      return credential
    } catch (error) {
      this.verified.delete(header)
      throw error
    }
  }

  private verify(header: string, known: Credential | undefined): Credential | Promise<Credential> {
    const token = BEARER.exec(header)?.[1]
    if (token === undefined) throw refuse('Authorization is not "Bearer <API key or token>"')
    if (token.startsWith('fk_')) return this.verifyApiKey(token)
    if (token.startsWith('fi_')) return this.verifyInternal(token)
    if (this.verifyJwt === null) throw refuse('The credential is not known')
    return this.verifyToken(token, this.verifyJwt, known)
  }

  private verifyApiKey(token: string): Credential {
    const { apiKeys, pepper, nowMs } = this.options
    const keys = apiKeys()
    // "401" would make a client throw away a good key because this node was restarted while Redis is away.
    if (keys === null)
      throw new AppError('degraded', 'This node was not told of any API keys yet', {
        state: 'syncing',
        retryAfterMs: 1_000,
      })
    const id = readTokenId(token)
    const record = id === null ? undefined : keys.get(id)
    if (record === undefined || !tokenMatches(token, record, pepper)) throw refuse('The API key is not known')
    const fault = findKeyRecordFault(record, nowMs())
    if (fault === 'revoked')
      throw new AppError('credential_revoked', 'The API key was revoked', { field: 'Authorization' })
    if (fault === 'expired')
      throw new AppError('credential_expired', 'The API key has expired', { field: 'Authorization' })
    // A revocation may lie ahead (rotation with overlap): whichever end comes first.
    const endsAtMs = Math.min(
      record.expiresAt ?? Number.POSITIVE_INFINITY,
      record.revokedAt ?? Number.POSITIVE_INFINITY,
    )
    return {
      internal: false,
      principal: principalOf({ kind: 'key', id: record.id, name: record.name }, record.scopes, record.namespaces),
      recheckAtMs: endsAtMs,
      endsAtMs,
      verifiedAgainst: keys,
      rates: this.rates.ratesOf(`key ${record.id}`, record.ratePerSecond),
    }
  }

  private verifyInternal(token: string): Credential {
    const given = Buffer.from(token)
    const expected = Buffer.from(this.options.internalToken)
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw refuse('The credential is not known')
    return {
      internal: true,
      principal: principalOf({ kind: 'token', id: 'internal', name: 'freshet' }, SCOPES, '*'),
      recheckAtMs: Number.POSITIVE_INFINITY,
      endsAtMs: Number.POSITIVE_INFINITY,
      verifiedAgainst: null,
      rates: null,
    }
  }

  private async verifyToken(token: string, verifyJwt: VerifyJwt, known: Credential | undefined): Promise<Credential> {
    const nowMs = this.options.nowMs()
    try {
      const { principal, endsAtMs } = await verifyJwt(token)
      return {
        internal: false,
        principal,
        recheckAtMs: Math.min(endsAtMs, nowMs + RECHECK_JWT_MS),
        endsAtMs,
        verifiedAgainst: null,
        rates: this.rates.ratesOf(`token ${principal.id}`, null),
      }
    } catch (error) {
      if (!saysNothing(error) || known === undefined || nowMs >= known.endsAtMs) throw error
      return { ...known, recheckAtMs: Math.min(known.endsAtMs, nowMs + RECHECK_LATER_MS) }
    }
  }
}

/** The token was not looked at: its issuer is away, or strangers' bad tokens took all the time there is for that. */
function saysNothing(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'issuer_unavailable' || error.code === 'rate_limited')
}

function refuse(detail: string): AppError {
  return new AppError('unauthenticated', detail, { field: 'Authorization' })
}
