import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's parameters for scrypt (2024): 32 MiB and about 0.15 s for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 3 }
const HASH_BYTES = 32
const FORMAT = /^scrypt:(\d+):(\d+):(\d+):([A-Za-z0-9_-]+):([A-Za-z0-9_-]+)$/

/** Longest password we hash, bytes: work must not grow with what a stranger sends. */
const MAX_PASSWORD_BYTES = 1_024

function derive(password: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) =>
    // NFKC: the same password typed on two keyboards is the same bytes (RFC 8265).
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )
}

/** Hashes a password for `users.password_hash`; the text names its own parameters, so they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, COST)
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString('base64url')}:${key.toString('base64url')}`
}

/** A hash that no password has, with today's cost: see `passwordMatches`. */
const NOBODY = `scrypt:${COST.N}:${COST.r}:${COST.p}:${randomBytes(16).toString('base64url')}:${randomBytes(HASH_BYTES).toString('base64url')}`

/**
 * Whether the password has this hash. Without a hash (nobody has that address, or that person signs in by OIDC) the same
 * work is done and the answer is no, so that the time taken does not tell which addresses exist.
 */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false
  const [, N, r, p, salt = '', expected = ''] = FORMAT.exec(hash ?? NOBODY) ?? []
  if (!N) throw new Error('a stored password hash is not in the form that hashPassword writes')
  const key = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) })
  return timingSafeEqual(key, Buffer.from(expected, 'base64url')) && hash !== null
}
