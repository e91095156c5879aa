import { generateKeyPairSync } from 'node:crypto'
import { exportJWK, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster } from '../testing/test-node.ts'
import { startTestOrigin } from '../testing/test-origin.ts'

describe('a browser page of another site', () => {
  it('may read answers only when its origin is on the list', async () => {
    const { startTestNode, token } = await startTestCluster()
    const url = await startTestNode({ FRESHET_CORS_ORIGINS: 'https://shop.example, https://ops.example' })
    const call = clientOf(url, token)
    await call('PUT', '/api/cache/a', { body: 'x' })
    const ask = async (origin: string) => (await call('GET', '/api/cache/a', { headers: { origin } })).headers
    expect((await ask('https://shop.example'))['access-control-allow-origin']).toBe('https://shop.example')
    expect((await ask('https://shop.example'))['access-control-expose-headers']).toContain('Cache-Status')
    expect((await ask('https://evil.example'))['access-control-allow-origin']).toBeUndefined()
  })

  it('may ask beforehand without a credential', async () => {
    const { startTestNode } = await startTestCluster()
    const url = await startTestNode({ FRESHET_CORS_ORIGINS: 'https://shop.example' })
    const answer = await fetch(`${url}/api/cache/a`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'PUT' },
    })
    expect([answer.status, answer.headers.get('access-control-allow-methods')]).toEqual([
      204,
      expect.stringContaining('PUT'),
    ])
  })

  it('finds no list at all by default', async () => {
    const { startTestNode, token } = await startTestCluster()
    const call = clientOf(await startTestNode(), token)
    const { headers } = await call('GET', '/livez', { headers: { origin: 'https://shop.example' } })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('a JWT', () => {
  it('of the issuer that was named opens what its scopes and namespaces say', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const issuer = await startTestOrigin((_request, response) => response.end(JSON.stringify({ keys: [jwk] })))
    const { startTestNode, token } = await startTestCluster()
    const url = await startTestNode({
      FRESHET_JWT_ISSUER: 'https://issuer.example',
      FRESHET_JWT_AUDIENCE: 'freshet',
      FRESHET_JWT_JWKS_URL: `${issuer.url}/keys`,
    })
    await clientOf(url, token)('PUT', '/api/cache/users:1', { body: 'x' })
    const sign = (claims: object, audience = 'freshet') =>
      new SignJWT({ scope: 'openid freshet:read', freshet_namespaces: ['users'], ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer('https://issuer.example')
        .setAudience(audience)
        .setSubject('somebody')
        .setExpirationTime('5 min')
        .sign(privateKey)
    const reader = clientOf(url, await sign({}))
    expect((await reader('GET', '/api/cache/users:1')).text).toBe('x')
    expect((await reader('GET', '/api/cache/users:1')).headers['cache-status']).toContain('l1')
    expect((await reader('GET', '/api/cache/orders:1')).problem?.code).toBe('namespace_forbidden')
    expect((await reader('DELETE', '/api/cache/users:1')).problem?.code).toBe('scope_missing')
    const foreign = clientOf(url, await sign({}, 'somebody else'))
    expect((await foreign('GET', '/api/cache/users:1')).problem?.code).toBe('unauthenticated')
    expect(issuer.asked).toEqual(['/keys'])
  })
})

it('lists the live nodes for clients that route by themselves, and says when nothing changed', async () => {
  const { startTestNode, token } = await startTestCluster()
  const url = await startTestNode()
  const other = await startTestNode()
  const call = clientOf(url, token)
  await expect.poll(async () => JSON.parse((await call('GET', '/api/topology')).text).nodes.length).toBe(2)
  const { headers, text } = await call('GET', '/api/topology')
  expect(JSON.parse(text).nodes.map((node: { url: string }) => node.url)).toEqual([url, other])
  expect((await call('GET', '/api/topology', { headers: { 'if-none-match': headers.etag ?? '' } })).status).toBe(304)
})
