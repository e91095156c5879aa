import { randomBytes } from 'node:crypto'
import { type ApiKeyRecord, hashToken, mintToken } from '@freshet/core/access/api-key'
import { principalOf } from '@freshet/core/access/permissions'
import { AppError } from '@freshet/core/errors/app-error'
import { beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from './authenticator.ts'
import type { VerifyJwt } from './jwt-verifier.ts'

const pepper = randomBytes(32)
const INTERNAL = `fi_${randomBytes(32).toString('base64url')}`

let nowMs: number
let keys: Map<string, ApiKeyRecord> | null
let verifyJwt: VerifyJwt | null
let authenticator: Authenticator

beforeEach(() => {
  nowMs = 1_700_000_000_000
  keys = new Map()
  verifyJwt = null
  authenticator = make()
})

function make(): Authenticator {
  return new Authenticator({ apiKeys: () => keys, pepper, internalToken: INTERNAL, verifyJwt, nowMs: () => nowMs })
}

/** Publishes a key, as a new control document does, and returns its header. */
function publish(changes: Partial<ApiKeyRecord> = {}, { id, token } = mintToken()): string {
  const record: ApiKeyRecord = {
    id,
    name: 'a key',
    hash: hashToken(token, pepper),
    scopes: ['read'],
    namespaces: ['users'],
    ratePerSecond: null,
    expiresAt: null,
    revokedAt: null,
    ...changes,
  }
  keys = new Map(keys ?? []).set(id, record)
  return `Bearer ${token}`
}

describe('an API key', () => {
  it('is known, with its scopes and namespaces', async () => {
    const { principal } = await authenticator.authenticate(publish())
    expect(principal).toMatchObject({ kind: 'key', scopes: new Set(['read']), namespaces: new Set(['users']) })
  })

  it('is neither known nor unknown to a node that was not told of any yet', async () => {
    const header = publish()
    keys = null
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'degraded', status: 503 })
  })

  it('is looked up without waiting once it was verified', async () => {
    const header = publish()
    expect(authenticator.lookup(header)).toBeUndefined()
    const credential = await authenticator.authenticate(header)
    expect(authenticator.lookup(header)).toBe(credential)
    expect(authenticator.stands(credential)).toBe(true)
  })

  it.each(['bearer', 'BEARER', 'Bearer'])('may be announced as %s', async (scheme) => {
    await authenticator.authenticate(publish().replace('Bearer', scheme))
  })

  it.each([
    ['with another secret', (header: string) => `${header.slice(0, -2)}${header.endsWith('AA') ? 'BB' : 'AA'}`],
    ['with more behind it', (header: string) => `${header}x`],
    ['of another id', (header: string) => header.replace(/fk_.{12}/, 'fk_000000000000')],
    ['in another scheme', (header: string) => header.replace('Bearer', 'Basic')],
    ['twice', (header: string) => `${header}, ${header}`],
    ['bare', (header: string) => header.replace('Bearer ', '')],
  ])('%s is refused', async (_, spoil) => {
    await expect(authenticator.authenticate(spoil(publish()))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('is refused as expired from the moment it expires, known or not', async () => {
    const header = publish({ expiresAt: nowMs + 1_000 })
    const credential = await authenticator.authenticate(header)
    nowMs += 999
    expect(authenticator.lookup(header)).toBe(credential)
    nowMs += 1
    expect(authenticator.lookup(header)).toBeUndefined()
    expect(authenticator.stands(credential)).toBe(false)
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'credential_expired' })
  })

  it('is refused as revoked with the document that says so', async () => {
    const minted = mintToken()
    const header = publish({}, minted)
    const credential = await authenticator.authenticate(header)
    publish({ revokedAt: nowMs }, minted)
    expect(authenticator.lookup(header)).toBeUndefined()
    expect(authenticator.stands(credential)).toBe(false)
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'credential_revoked' })
  })

  it('goes on until a revocation that lies ahead', async () => {
    const header = publish({ revokedAt: nowMs + 5_000 })
    await authenticator.authenticate(header)
    nowMs += 4_999
    expect(authenticator.lookup(header)).toBeDefined()
    nowMs += 1
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'credential_revoked' })
  })

  it('is unknown when the document no longer holds it', async () => {
    const header = publish()
    await authenticator.authenticate(header)
    keys = new Map()
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('has the scopes of the newest document', async () => {
    const minted = mintToken()
    const header = publish({ scopes: ['read', 'write'] }, minted)
    await authenticator.authenticate(header)
    publish({ scopes: ['read'] }, minted)
    expect((await authenticator.authenticate(header)).principal.scopes).toEqual(new Set(['read']))
  })

  it('has one bucket, however its header is spelt and whatever else changes', async () => {
    const header = publish({ ratePerSecond: 5 })
    const first = await authenticator.authenticate(header)
    const spelt = await authenticator.authenticate(header.replace('Bearer', 'bearer'))
    publish()
    const later = await authenticator.authenticate(header)
    expect(later).not.toBe(first)
    expect(spelt.rates).toBe(first.rates)
    expect(later.rates).toBe(first.rates)
  })
})

describe('the internal token', () => {
  it('may do everything, and no limit concerns it', async () => {
    const { principal, rates } = await authenticator.authenticate(`Bearer ${INTERNAL}`)
    expect(principal).toMatchObject({ id: 'internal', namespaces: '*' })
    expect(principal.scopes.has('admin')).toBe(true)
    expect(rates).toBeNull()
  })

  it.each([INTERNAL.slice(0, -1), `${INTERNAL}x`, `fi_${'A'.repeat(43)}`, 'fi_'])('is not %s', async (token) => {
    await expect(authenticator.authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a JWT', () => {
  const principal = principalOf({ kind: 'token', id: 'svc', name: 'svc' }, ['read'], '*')
  const header = 'Bearer aaa.bbb.ccc'
  let calls: number
  let failure: AppError | null

  beforeEach(() => {
    calls = 0
    failure = null
    const endsAtMs = nowMs + 3_600_000
    verifyJwt = async () => {
      calls++
      if (failure !== null) throw failure
      return { principal, endsAtMs }
    }
    authenticator = make()
  })

  it('is verified once, and not again for another control document', async () => {
    await authenticator.authenticate(header)
    publish()
    expect(authenticator.lookup(header)?.principal).toBe(principal)
    expect(calls).toBe(1)
  })

  it('is verified again from time to time, so that a key its issuer withdrew ends', async () => {
    await authenticator.authenticate(header)
    nowMs += 600_000
    expect(authenticator.lookup(header)).toBeUndefined()
    failure = new AppError('unauthenticated', 'unknown key')
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(authenticator.lookup(header)).toBeUndefined()
  })

  it.each(['issuer_unavailable', 'rate_limited'] as const)('goes on until its end under %s', async (code) => {
    await authenticator.authenticate(header)
    failure = new AppError(code, 'cannot tell')
    nowMs += 600_000
    expect((await authenticator.authenticate(header)).principal).toBe(principal)
    expect(authenticator.lookup(header)).toBeDefined()
    nowMs += 3_000_000
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code })
  })

  it('that nobody knows cannot be judged while the issuer is away', async () => {
    failure = new AppError('issuer_unavailable', 'away')
    await expect(authenticator.authenticate(header)).rejects.toMatchObject({ code: 'issuer_unavailable' })
  })

  it('is refused where JWTs are not taken', async () => {
    verifyJwt = null
    await expect(make().authenticate(header)).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('no credential', () => {
  it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer a b', `Bearer ${'x'.repeat(9_000)}`, 'Bearer \u00e9'])(
    '(%j) is refused',
    async (header) => {
      await expect(authenticator.authenticate(header)).rejects.toMatchObject({
        code: 'unauthenticated',
        facts: { field: 'Authorization' },
      })
    },
  )
})
