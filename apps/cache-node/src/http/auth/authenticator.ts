import { timingSafeEqual } from 'node:crypto'
import { type ApiKeyRecord, findKeyRecordFault, readTokenId, tokenMatches } from '@freshet/core/access/api-key'
import { principalOf, SCOPES } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { TokenBucket } from '@freshet/core/limits/token-bucket'
import { type Credential, stillStands } from './credential.ts'
import type { VerifyJwt } from './jwt-verifier.ts'

export interface AuthenticatorOptions {
  /** Known keys by id; a new Map whenever the control document changed. */
  apiKeys: () => ReadonlyMap<string, ApiKeyRecord>
  /** The key derived for `api-key-hash`. */
  pepper: Buffer
  internalToken: string
  /** Null: JWTs are not taken. */
  verifyJwt: VerifyJwt | null
  /** This machine's wall clock, epoch milliseconds. */
  nowMs: () => number
}

/** Verified credentials kept. Beyond it the oldest is verified again, which costs microseconds. */
const MAX_VERIFIED = 20_000
/** A JWT that failed is refused for this long without another try: verifying one costs 50 µs. */
const REMEMBER_FAILURE_MS = 5_000
const BEARER = /^Bearer ([!-~]{1,8192})$/i

/** Turns an Authorization header into a credential, and remembers it. */
export class Authenticator {
  private readonly options: AuthenticatorOptions
  private readonly verified = new Map<string, Credential>()
  private readonly failed = new Map<string, { untilMs: number; error: AppError }>()
  private readonly buckets = new Map<string, { ratePerSecond: number; bucket: TokenBucket }>()

  constructor(options: AuthenticatorOptions) {
    this.options = options
  }

  /** What is known of a header already, in the same turn; undefined: ask `authenticate`. */
  lookup(header: string): Credential | undefined {
    const known = this.verified.get(header)
    if (known === undefined) return undefined
    if (stillStands(known, this.options.apiKeys(), this.options.nowMs())) return known
    this.verified.delete(header)
    return undefined
  }

  /** Whether a credential that `lookup` gave earlier still stands. */
  stands(credential: Credential): boolean {
    return stillStands(credential, this.options.apiKeys(), this.options.nowMs())
  }

  /** Rejects with AppError `unauthenticated`, `credential_expired` or `credential_revoked`. */
  async authenticate(header: string | undefined): Promise<Credential> {
    if (header === undefined)
      throw new AppError('unauthenticated', 'Send a credential: Authorization: Bearer <API key or token>', {
        field: 'Authorization',
      })
    const known = this.lookup(header)
    if (known !== undefined) return known
    const token = BEARER.exec(header)?.[1]
    if (token === undefined) throw refuse('Authorization is not "Bearer <API key or token>"')
    const credential = await this.verify(token)
    keepBounded(this.verified, header, credential)
    return credential
  }

  private verify(token: string): Credential | Promise<Credential> {
    if (token.startsWith('fk_')) return this.verifyApiKey(token)
    if (token.startsWith('fi_')) return this.verifyInternal(token)
    return this.verifyJwt(token)
  }

  private verifyApiKey(token: string): Credential {
    const { apiKeys, pepper, nowMs } = this.options
    const keys = apiKeys()
    const id = readTokenId(token)
    const record = id === null ? undefined : keys.get(id)
    if (record === undefined || !tokenMatches(token, record, pepper)) throw refuse('The API key is not known')
    const fault = findKeyRecordFault(record, nowMs())
    if (fault === 'revoked')
      throw new AppError('credential_revoked', 'The API key was revoked', { field: 'Authorization' })
    if (fault === 'expired')
      throw new AppError('credential_expired', 'The API key has expired', { field: 'Authorization' })
    return {
      principal: principalOf({ kind: 'key', id: record.id, name: record.name }, record.scopes, record.namespaces),
      // A revocation may lie ahead (rotation with overlap): whichever end comes first.
      expiresAtMs: Math.min(record.expiresAt ?? Number.POSITIVE_INFINITY, record.revokedAt ?? Number.POSITIVE_INFINITY),
      verifiedAgainst: keys,
      bucket: this.bucketOf(record),
    }
  }

  private verifyInternal(token: string): Credential {
    const given = Buffer.from(token)
    const expected = Buffer.from(this.options.internalToken)
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw refuse('The credential is not known')
    return {
      principal: principalOf({ kind: 'token', id: 'internal', name: 'freshet' }, SCOPES, '*'),
      expiresAtMs: Number.POSITIVE_INFINITY,
      verifiedAgainst: null,
      bucket: null,
    }
  }

  private async verifyJwt(token: string): Promise<Credential> {
    const { verifyJwt, nowMs } = this.options
    if (verifyJwt === null) throw refuse('The credential is not known')
    const failure = this.failed.get(token)
    if (failure !== undefined && nowMs() < failure.untilMs) throw failure.error
    try {
      return await verifyJwt(token)
    } catch (error) {
      if (error instanceof AppError) keepBounded(this.failed, token, { untilMs: nowMs() + REMEMBER_FAILURE_MS, error })
      throw error
    }
  }

  /** One bucket per key, kept over control documents: a change elsewhere must not refill everybody's. */
  private bucketOf(record: ApiKeyRecord): TokenBucket | null {
    const { id, ratePerSecond } = record
    if (ratePerSecond === null) return null
    const known = this.buckets.get(id)
    if (known?.ratePerSecond === ratePerSecond) return known.bucket
    const bucket = new TokenBucket(ratePerSecond)
    keepBounded(this.buckets, id, { ratePerSecond, bucket })
    return bucket
  }
}

function refuse(detail: string): AppError {
  return new AppError('unauthenticated', detail, { field: 'Authorization' })
}

function keepBounded<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= MAX_VERIFIED) return
  const oldest = map.keys().next().value
  if (oldest !== undefined) map.delete(oldest)
}
