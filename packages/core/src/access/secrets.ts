import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What a derived key is for. Each purpose gets its own key, so that one leaking says nothing about the others. */
export type KeyPurpose = 'api-key-hash' | 'origin-secrets' | 'session' | 'node-to-node' | 'load-lease'

/** Derives a 32-byte key for one purpose from the installation's secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'freshet', purpose, 32))
}

const PREFIX = 'sealed:v1:'

/** Encrypts a secret at rest (AES-256-GCM, random 96-bit nonce). `key` has 32 bytes. */
export function sealSecret(plain: string, key: Buffer): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
}

export function isSealed(value: string): boolean {
  return value.startsWith(PREFIX)
}

/** Decrypts what `sealSecret` made. Throws when the key is another one or the text was altered. */
export function openSecret(sealed: string, key: Buffer): string {
  if (!isSealed(sealed)) throw new Error('not a sealed secret')
  const raw = Buffer.from(sealed.slice(PREFIX.length), 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, raw.subarray(0, 12))
  decipher.setAuthTag(raw.subarray(12, 28))
  return Buffer.concat([decipher.update(raw.subarray(28)), decipher.final()]).toString('utf8')
}
