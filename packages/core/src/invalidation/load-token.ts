import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { formatVersion, parseVersion, type Version } from '../coherence/version.ts'

/**
 * The right to load one key and store what came of it, unless the key was invalidated since it was given: what a
 * cache-aside caller gets on a miss. The token carries all of it, so that any node can take the value.
 */
export interface LoadLease {
  /** Random; names this lease among all that the key ever had. */
  nonce: string
  /** The log's position when the lease was given, before the caller began to load (rule verAtStart). */
  version: Version
  /** Epoch milliseconds on Redis's clock. */
  expiresAtMs: number
}

/** `foreign`: not ours, or altered. `other_key`: given for another key. `expired`: somebody else may be loading by now. */
export type LoadTokenFault = 'foreign' | 'other_key' | 'expired'

/** Longest token that is looked at, in characters; ours have about 140. */
const MAX_TOKEN_LENGTH = 256

export function newNonce(): string {
  return randomBytes(12).toString('base64url')
}

/** `secret` is the key derived for `load-lease`. */
export function mintLoadToken(key: string, { nonce, version, expiresAtMs }: LoadLease, secret: Buffer): string {
  const said = [formatVersion(version), digestOf(key), nonce, String(Math.ceil(expiresAtMs))].join(' ')
  const payload = Buffer.from(said).toString('base64url')
  return `${payload}.${sign(payload, secret).toString('base64url')}`
}

/** What a token says, or why it counts for nothing. `nowMs` is on Redis's clock. */
export function readLoadToken(token: string, key: string, secret: Buffer, nowMs: number): LoadLease | LoadTokenFault {
  const [payload = '', signature = '', ...rest] = token.length > MAX_TOKEN_LENGTH ? [] : token.split('.')
  const given = Buffer.from(signature, 'base64url')
  const expected = sign(payload, secret)
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return 'foreign'
  const [text = '', digest, nonce = '', expiry] = Buffer.from(payload, 'base64url').toString().split(' ')
  const version = parseVersion(text)
  if (version === null) return 'foreign'
  if (digest !== digestOf(key)) return 'other_key'
  const expiresAtMs = Number(expiry)
  return nowMs < expiresAtMs ? { nonce, version, expiresAtMs } : 'expired'
}

function sign(payload: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(payload).digest()
}

/** 96 bits: enough to tell keys apart, and a token stays short. Whoever could find two keys alike holds both leases. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest().subarray(0, 12).toString('base64url')
}
