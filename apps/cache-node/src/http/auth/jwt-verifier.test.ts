import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createJwtVerifier, type VerifyJwt } from './jwt-verifier.ts'

const ISSUER = 'https://issuer.example'
const AUDIENCE = 'freshet'

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

let ours: KeyPair
let strangers: KeyPair
let server: Server
let jwksUrl: string
let published: object
let status: number
let fetches: number
let offsetMs: number

const now = () => Date.now() + offsetMs

beforeAll(async () => {
  ours = await generateKeyPair('ES256')
  strangers = await generateKeyPair('ES256')
})

beforeEach(async () => {
  published = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] }
  status = 200
  fetches = 0
  offsetMs = 0
  server = createServer((_, response) => {
    fetches++
    response.writeHead(status).end(JSON.stringify(published))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const verifier = (algorithms: string[] = []): VerifyJwt =>
  createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, jwksUrl, algorithms }, now)

interface Signing {
  claims?: JWTPayload
  key?: KeyPair['privateKey']
  kid?: string
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds

/** A token that is good, but for what is told. */
function sign({ claims = {}, key = ours.privateKey, kid = 'k1' }: Signing = {}): Promise<string> {
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'svc',
    exp: inSeconds(60),
    scope: 'freshet:read write openid',
    freshet_namespaces: ['users', 'orders'],
    ...claims,
  }
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid }).sign(key)
}

describe('a good token', () => {
  it('names its subject, scopes, namespaces and end', async () => {
    const exp = inSeconds(60)
    expect(await verifier()(await sign({ claims: { exp } }))).toEqual({
      principal: {
        kind: 'token',
        id: 'svc',
        name: 'svc',
        scopes: new Set(['read', 'write']),
        namespaces: new Set(['users', 'orders']),
      },
      endsAtMs: (exp + 5) * 1_000,
    })
  })

  it('reaches every namespace with "*" and none when it names none', async () => {
    const verify = verifier()
    expect((await verify(await sign({ claims: { freshet_namespaces: '*' } }))).principal.namespaces).toBe('*')
    const bare = await verify(await sign({ claims: { freshet_namespaces: undefined, scope: undefined } }))
    expect(bare.principal).toMatchObject({ namespaces: new Set(), scopes: new Set() })
  })

  it('may be for several audiences, and a few seconds off', async () => {
    const verify = verifier()
    await verify(await sign({ claims: { aud: ['other', AUDIENCE] } }))
    await verify(await sign({ claims: { exp: inSeconds(-3) } }))
    await verify(await sign({ claims: { nbf: inSeconds(3) } }))
  })
})

describe('a bad token', () => {
  it.each<[string, Signing]>([
    ['of another issuer', { claims: { iss: 'https://evil.example' } }],
    ['for another audience', { claims: { aud: 'someone-else' } }],
    ['without end', { claims: { exp: undefined } }],
    ['without subject', { claims: { sub: undefined } }],
    ['that is not valid yet', { claims: { nbf: inSeconds(60) } }],
    ['with namespaces that are none', { claims: { freshet_namespaces: 'users' } }],
    ['signed by an unknown key', { kid: 'k2' }],
  ])('%s is refused', async (_, signing) => {
    await expect(verifier()(await sign(signing))).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('signed by a stranger under a known key id is refused', async () => {
    await expect(verifier()(await sign({ key: strangers.privateKey }))).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  it('that has expired is refused as such', async () => {
    await expect(verifier()(await sign({ claims: { exp: inSeconds(-10) } }))).rejects.toMatchObject({
      code: 'credential_expired',
    })
  })

  it.each(['', 'a.b.c', 'not a token', '..', 'eyJhbGciOiJub25lIn0.e30.'])('%j is refused', async (token) => {
    await expect(verifier()(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('without signature is refused', async () => {
    const token = new UnsecuredJWT({ sub: 'svc' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('1m')
      .encode()
    await expect(verifier()(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('by an algorithm outside the list is refused', async () => {
    await expect(verifier(['RS256'])(await sign())).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})

describe('the configuration', () => {
  it.each(['HS256', 'none', 'es256'])('may not name %s', (algorithm) => {
    expect(() => verifier([algorithm])).toThrow(algorithm)
  })
})

describe('while the issuer is away', () => {
  it.each([
    ['answers 500', () => (status = 500)],
    ['sends no key set', () => (published = { hello: 1 })],
    ['is not there', () => server.close()],
  ])('and %s, an unknown token cannot be judged', async (_, breakIt) => {
    breakIt()
    await expect(verifier()(await sign())).rejects.toMatchObject({ code: 'issuer_unavailable' })
  })

  it('the keys that are known serve on', async () => {
    const verify = verifier()
    await verify(await sign())
    status = 500
    await verify(await sign({ claims: { jti: 'another' } }))
  })

  it('it is asked once a second at most, and served again when it is back', async () => {
    status = 500
    const verify = verifier()
    const token = await sign()
    for (let i = 0; i < 20; i++) await expect(verify(token)).rejects.toMatchObject({ code: 'issuer_unavailable' })
    expect(fetches).toBe(1)
    status = 200
    offsetMs = 1_001
    expect((await verify(token)).principal.id).toBe('svc')
  })
})
