import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { NamespaceGrant, Scope } from './permissions.ts'

/**
 * An API key is `fk_<id>_<secret>`: the id (12 characters, public, found in lists and logs) finds the record, the
 * secret (256 random bits) proves it. Only a keyed hash of the whole token is stored.
 */
const TOKEN = /^fk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/

/** What nodes and portal know about a key. `hash` is hex HMAC-SHA256; times are epoch milliseconds. */
export const ApiKeyRecord = z.object({
  id: z.string().regex(/^[a-z0-9]{12}$/),
  name: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  scopes: z.array(Scope),
  namespaces: NamespaceGrant,
  /** Requests per second that the key may make to one node; null: unlimited. */
  ratePerSecond: z.number().int().positive().nullable(),
  expiresAt: z.number().int().nullable(),
  revokedAt: z.number().int().nullable(),
})
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>

/** Mints a token. It is shown once; keep `hashToken` of it. */
export function mintToken(): { id: string; token: string } {
  const id = randomBytes(9).toString('hex').slice(0, 12)
  return { id, token: `fk_${id}_${randomBytes(32).toString('base64url')}` }
}

/** The key's id, or null when the text does not have a token's shape. */
export function readTokenId(token: string): string | null {
  return TOKEN.exec(token)?.[1] ?? null
}

/** Keyed hash of a token, hex. `pepper` is the key derived for `api-key-hash`. */
export function hashToken(token: string, pepper: Buffer): string {
  return createHmac('sha256', pepper).update(token).digest('hex')
}

/** Compares in constant time. */
export function tokenMatches(token: string, record: ApiKeyRecord, pepper: Buffer): boolean {
  return timingSafeEqual(Buffer.from(hashToken(token, pepper), 'hex'), Buffer.from(record.hash, 'hex'))
}

/** Why a record cannot be used at `nowMs` (wall clock), or null. */
export function findKeyRecordFault(record: ApiKeyRecord, nowMs: number): 'revoked' | 'expired' | null {
  if (record.revokedAt !== null && record.revokedAt <= nowMs) return 'revoked'
  if (record.expiresAt !== null && record.expiresAt <= nowMs) return 'expired'
  return null
}
