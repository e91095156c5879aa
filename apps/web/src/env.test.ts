import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.resetModules()
  for (const [name, value] of Object.entries({
    DATABASE_URL: 'postgres://u:p@127.0.0.1:5432/freshet',
    REDIS_URL: 'redis://127.0.0.1:6379',
    FRESHET_SECRET: 'kY3vTq8ZpL1wRn6bXs0dFh2jGm5cUe9A',
  }))
    vi.stubEnv(name, value)
})
afterEach(() => vi.unstubAllEnvs())

async function readWith(settings: Record<string, string>) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  const { env } = await import('./env')
  return env()
}

test('with the three that have no default, all is set', async () => {
  expect(await readWith({})).toMatchObject({
    FRESHET_ENV: 'development',
    FRESHET_DEMO: false,
    FRESHET_TRUSTED_PROXIES: 0,
  })
})

test('what is wrong is named', async () => {
  await expect(readWith({ FRESHET_SECRET: 'short', REDIS_URL: '' })).rejects.toThrow(/FRESHET_SECRET.*REDIS_URL/)
})

test('Redis is named by whatever address its topology has', async () => {
  const url = 'redis+sentinel://app:secret@h1:26379,h2:26379/mymaster'
  expect(await readWith({ REDIS_URL: url })).toMatchObject({ REDIS_URL: url })
  vi.resetModules()
  await expect(readWith({ REDIS_URL: 'redis+sentinel://h1,h2' })).rejects.toThrow(/REDIS_URL: must name the master/)
})

test('production has neither the demo nor sign-in over plain HTTP', async () => {
  const production = { FRESHET_ENV: 'production', NEXTAUTH_URL: 'https://cache.corp.test', FRESHET_DEMO: '0' }
  expect(await readWith(production)).toMatchObject({ FRESHET_ENV: 'production', FRESHET_DEMO: false })
  vi.resetModules()
  await expect(readWith({ ...production, FRESHET_DEMO: '1' })).rejects.toThrow(/FRESHET_DEMO/)
  await expect(readWith({ ...production, NEXTAUTH_URL: 'http://cache.corp.test' })).rejects.toThrow(/https/)
})

test('half a configuration of OpenID Connect is refused', async () => {
  await expect(readWith({ OIDC_ISSUER: 'https://id.corp.test' })).rejects.toThrow(/together/)
})

test('a role map is JSON', async () => {
  await expect(readWith({ OIDC_ROLE_MAP: '{sre: admin}' })).rejects.toThrow(/OIDC_ROLE_MAP: must be JSON/)
  expect(await readWith({ OIDC_ROLE_MAP: '{"sre": "admin"}' })).toMatchObject({ OIDC_ROLE_MAP: { sre: 'admin' } })
})

test('where nodes require certificates, the portal has one to show', async () => {
  await expect(readWith({ FRESHET_TLS_CLIENT_CERTS: 'require' })).rejects.toThrow(/FRESHET_TLS_CERT_FILE/)
  vi.resetModules()
  const files = { FRESHET_TLS_CERT_FILE: '/c', FRESHET_TLS_KEY_FILE: '/k', FRESHET_TLS_CA_FILE: '/a' }
  expect((await readWith({ FRESHET_TLS_CLIENT_CERTS: 'require', ...files })).tls).toMatchObject({ certFile: '/c' })
})
