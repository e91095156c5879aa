import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../testing/test-node.ts'

type Call = ReturnType<typeof clientOf>

const told = async (answer: ReturnType<Call>) => {
  const { status, problem } = await answer
  return [status, problem?.code, problem?.field, problem?.limit]
}

async function setUp(overrides: Record<string, string> = {}) {
  const cluster = await startTestCluster()
  const url = await cluster.startTestNode(overrides)
  return { ...cluster, url, call: clientOf(url, cluster.token) }
}

/** Sends bytes as they are and returns all that comes back until the server closes, or null when it never does. */
function sendRaw(url: string, bytes: string, patienceMs = 20_000): Promise<string | null> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'))
    const timer = setTimeout(() => {
      socket.destroy()
      resolve(null)
    }, patienceMs)
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1')
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer)
    })
    socket.on('error', () => {})
  })
}

it('names the field and the limit of what is too long, too large or not well-formed', async () => {
  const { call, control, url } = await setUp({ FRESHET_MAX_VALUE_BYTES: '100000' })
  control.setPolicies({ name: 'small', maxValueBytes: 1_000 })
  const revision = await control.publish()
  await waitFor(
    async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
    'the policy',
  )
  expect(await told(call('PUT', '/api/cache/small:1', { body: 'x'.repeat(1_001) }))).toEqual([
    413,
    'value_too_large',
    'body',
    1_000,
  ])
  expect(await told(call('PUT', '/api/cache/big:1', { body: 'x'.repeat(100_001) }))).toEqual([
    413,
    'payload_too_large',
    'body',
    100_000,
  ])
  expect(await told(call('GET', `/api/cache/${'k'.repeat(513)}`))).toEqual([422, 'invalid', 'key', 512])
  expect(await told(call('GET', `/api/cache/${encodeURIComponent('ü'.repeat(257))}`))).toEqual([
    422,
    'invalid',
    'key',
    512,
  ])
  expect((await told(call('GET', `/api/cache/${'k'.repeat(512)}`)))[1]).toBe('miss')
  for (const bad of ['%00', 'a%0d%0ab', '%7f'])
    expect((await told(call('GET', `/api/cache/${bad}`))).slice(0, 3)).toEqual([422, 'invalid', 'key'])
  for (const broken of ['%', '%zz', '%ff', '%c0%80', '%ed%a0%80'])
    expect((await told(call('GET', `/api/cache/${broken}`))).slice(0, 3)).toEqual([400, 'bad_request', 'key'])
  expect((await told(call('PUT', '/api/cache/', { body: 'x' }))).slice(0, 3)).toEqual([422, 'invalid', 'key'])
  for (const reserved of ['keys', 'mget', 'mput'])
    expect((await told(call('PUT', `/api/cache/${reserved}`, { body: 'x' }))).slice(0, 3)).toEqual([
      422,
      'invalid',
      'key',
    ])
  for (const ttl of ['0', '-1', 'soon', '1e99', ''])
    expect((await told(call('PUT', `/api/cache/a?ttl=${ttl}`, { body: 'x' }))).slice(0, 3)).toEqual([
      422,
      'invalid',
      'ttl',
    ])
  const tags = Array.from({ length: 65 }, (_, i) => `t${i}`).join(' ')
  expect(await told(call('PUT', '/api/cache/a', { body: 'x', headers: { 'surrogate-key': tags } }))).toEqual([
    422,
    'invalid',
    'Surrogate-Key',
    64,
  ])
  expect(await told(call('PUT', '/api/cache/a', { body: 'x', headers: { 'surrogate-key': 't'.repeat(129) } }))).toEqual(
    [422, 'invalid', 'Surrogate-Key', 128],
  )
  expect(
    (await told(call('PUT', '/api/cache/a', { body: 'x', headers: { 'content-encoding': 'gzip' } }))).slice(0, 3),
  ).toEqual([415, 'unsupported_media_type', 'Content-Encoding'])
  expect((await fetch(`${url}/livez`)).status).toBe(200)
})

it('takes __proto__ and its kin as plain keys', async () => {
  const { call } = await setUp()
  for (const key of ['__proto__', 'constructor', 'toString', '__proto__:x']) {
    expect((await call('GET', `/api/cache/${key}`)).status).toBe(404)
    expect((await call('PUT', `/api/cache/${key}`, { body: key })).status).toBe(204)
    expect((await call('GET', `/api/cache/${key}`)).text).toBe(key)
  }
})

describe('a listing', () => {
  it('refuses bad patterns, limits and cursors by name', async () => {
    const { call } = await setUp()
    const list = (query: string) => told(call('GET', `/api/cache/keys?${query}`))
    expect(await list(`pattern=${'a'.repeat(257)}`)).toEqual([422, 'invalid', 'pattern', 256])
    expect((await list('pattern=a%0ab')).slice(0, 3)).toEqual([422, 'invalid', 'pattern'])
    expect(await list('limit=1001')).toEqual([422, 'invalid', 'limit', 1_000])
    expect((await list('limit=x')).slice(0, 3)).toEqual([422, 'invalid', 'limit'])
    expect((await list('cursor=nonsense')).slice(0, 3)).toEqual([422, 'invalid', 'cursor'])
  })

  it('is not held up by a pattern made to explode', async () => {
    const { call } = await setUp()
    await call('PUT', `/api/cache/${'a'.repeat(500)}`, { body: 'x' })
    const bomb = `${'a*'.repeat(127)}b`
    const startedMs = performance.now()
    expect((await call('GET', `/api/cache/keys?pattern=${encodeURIComponent(bomb)}`)).text).toBe(
      '{"keys":[],"cursor":null}',
    )
    // A backtracking matcher would need longer than the age of the universe, so the bound may be generous.
    expect(performance.now() - startedMs).toBeLessThan(20_000)
  })
})

describe('a credential', () => {
  it('that is missing, unknown, expired, revoked or lacks a scope or a namespace says which', async () => {
    const { control, url } = await setUp()
    const nowMs = Date.now()
    const reader = control.addKey({ scopes: ['read'], namespaces: ['users'] })
    const expired = control.addKey({ expiresAt: nowMs - 1 })
    const revoked = control.addKey({ revokedAt: nowMs - 1 })
    const writer = control.addKey({ scopes: ['write'], namespaces: '*' })
    await control.publish()
    await waitFor(
      async () => (await clientOf(url, writer)('PUT', '/api/cache/users:1', { body: 'x' })).status === 204,
      'the keys',
    )
    const as = (token: string, method: string, path: string) => told(clientOf(url, token)(method, path))
    expect((await fetch(`${url}/api/cache/users:1`)).status).toBe(401)
    expect((await fetch(`${url}/api/cache/users:1`)).headers.get('www-authenticate')).toContain('Bearer')
    expect((await as('nonsense', 'GET', '/api/cache/users:1')).slice(0, 2)).toEqual([401, 'unauthenticated'])
    expect((await as(`${reader.slice(0, -1)}~`, 'GET', '/api/cache/users:1')).slice(0, 2)).toEqual([
      401,
      'unauthenticated',
    ])
    expect((await as(expired, 'GET', '/api/cache/users:1')).slice(0, 2)).toEqual([401, 'credential_expired'])
    expect((await as(revoked, 'GET', '/api/cache/users:1')).slice(0, 2)).toEqual([401, 'credential_revoked'])
    expect((await as(reader, 'GET', '/api/cache/users:1'))[0]).toBe(200)
    expect((await as(reader, 'GET', '/api/cache/orders:1')).slice(0, 3)).toEqual([
      403,
      'namespace_forbidden',
      'namespace',
    ])
    expect((await as(reader, 'PUT', '/api/cache/users:1')).slice(0, 2)).toEqual([403, 'scope_missing'])
    expect((await as(reader, 'DELETE', '/api/cache/users:1')).slice(0, 2)).toEqual([403, 'scope_missing'])
    expect((await as(reader, 'GET', '/api/metrics')).slice(0, 2)).toEqual([403, 'namespace_forbidden'])
    expect((await as(reader, 'GET', '/api/cache/keys?pattern=orders:*')).slice(0, 2)).toEqual([
      403,
      'namespace_forbidden',
    ])
    expect((await as(writer, 'GET', '/api/cache/users:1')).slice(0, 2)).toEqual([403, 'scope_missing'])
  })

  it('that is revoked is dead on the node soon, on open connections too', async () => {
    const { control, url } = await setUp()
    const token = control.addKey()
    await control.publish()
    const call = clientOf(url, token)
    await waitFor(async () => (await call('PUT', '/api/cache/a', { body: 'x' })).status === 204, 'the key')
    expect((await call('GET', '/api/cache/a')).status).toBe(200)
    control.changeKey(token, { revokedAt: Date.now() })
    await control.publish()
    await expect.poll(async () => (await call('GET', '/api/cache/a')).status).toBe(401)
  })

  it('is held to its rate, with Retry-After', async () => {
    const { control, url } = await setUp()
    const token = control.addKey({ ratePerSecond: 1 })
    await control.publish()
    const call = clientOf(url, token)
    await waitFor(async () => (await call('GET', '/api/cache/a')).status === 404, 'the key')
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('GET', '/api/cache/a')))
    const limited = answers.filter(({ status }) => status === 429)
    expect(limited.length).toBeGreaterThan(10)
    expect(limited[0]?.problem).toMatchObject({ code: 'rate_limited', limit: 1 })
    expect(Number(limited[0]?.headers['retry-after'])).toBeGreaterThan(0)
    expect(limited[0]?.headers.ratelimit).toMatch(/^"key";r=0;t=\d+$/)
  })

  it('cannot list keys of namespaces that it does not reach', async () => {
    const { call, control, url } = await setUp()
    const reader = control.addKey({ scopes: ['read'], namespaces: ['users'] })
    await control.publish()
    for (const key of ['users:1', 'orders:1', 'plain']) await call('PUT', `/api/cache/${key}`, { body: 'x' })
    const list = clientOf(url, reader)
    await waitFor(async () => (await list('GET', '/api/cache/keys')).status === 200, 'the key')
    expect(
      JSON.parse((await list('GET', '/api/cache/keys')).text).keys.map((item: { key: string }) => item.key),
    ).toEqual(['users:1'])
  })
})

it('answers unknown paths and methods with problems', async () => {
  const { call } = await setUp()
  expect((await told(call('GET', '/nothing/here'))).slice(0, 2)).toEqual([404, 'not_found'])
  const wrong = await call('POST', '/api/cache/a')
  expect([wrong.status, wrong.problem?.code]).toEqual([405, 'method_not_allowed'])
  expect(wrong.headers.allow).toBe('DELETE, GET, HEAD, PATCH, PURGE, PUT')
  expect((await call('DELETE', '/api/cache/mget')).headers.allow).toBeUndefined()
  expect((await call('PUT', '/livez')).headers.allow).toBe('GET, HEAD')
  const drain = await call('GET', '/api/nodes/a/drain')
  expect([drain.status, drain.headers.allow]).toEqual([405, 'DELETE, POST'])
  expect((await call('GET', '/api/nodes/a/b/drain')).status).toBe(404)
})

describe('broken HTTP', () => {
  it('half a request is timed out with 408', async () => {
    const { url } = await setUp({ FRESHET_HEADERS_TIMEOUT_MS: '300', FRESHET_REQUEST_TIMEOUT_MS: '600' })
    for (const half of [
      'GET /api/cache/a HTT',
      'GET /api/cache/a HTTP/1.1\r\nHost: x\r\n',
      'PUT /api/cache/a HTTP/1.1\r\nHost: x\r\n',
    ])
      expect(await sendRaw(url, half)).toMatch(/^HTTP\/1\.1 408 .*application\/problem\+json.*request_timeout/s)
  })

  it('a body that never ends is timed out too', async () => {
    const { url, token } = await setUp({ FRESHET_HEADERS_TIMEOUT_MS: '300', FRESHET_REQUEST_TIMEOUT_MS: '600' })
    const head = `PUT /api/cache/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 10\r\n\r\nabc`
    expect(await sendRaw(url, head)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('what is not HTTP is refused with 400, and a head too large with 431', async () => {
    const { url } = await setUp()
    expect(await sendRaw(url, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*bad_request/s)
    expect(await sendRaw(url, 'GET /api/cache/a HTTP/1.1\r\nHost: x\r\nX: a\nb\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await sendRaw(url, `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 .*headers_too_large/s,
    )
  })

  it('what comes after sound requests is refused after their answers, not in their place', async () => {
    const { url, token } = await setUp()
    const sound = `GET /api/cache/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`
    const answer = await sendRaw(url, `${sound}${sound}nonsense\r\n\r\n`)
    expect(answer?.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400'])
    expect(answer?.match(/x-request-id:/gi)).toHaveLength(3)
  })

  it('"100 Continue" never stands inside another answer', async () => {
    const { url, token } = await setUp()
    const put = (key: string) =>
      `PUT /api/cache/${key} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi`
    const get = `GET /api/cache/keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nExpect: 100-continue\r\n\r\n`
    const answer = (await sendRaw(url, put('a') + get + put('b') + get)) ?? ''
    // The second is answered without a 100, and then node:http closes: it cannot know whether the body will come.
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 204', 'HTTP/1.1 200'])
    expect(answer).toMatch(/connection: close/i)
    expect(answer.endsWith('{"keys":[],"cursor":null}')).toBe(true)
  })

  it('headers cannot be split by what a client sends', async () => {
    const { call, url, token } = await setUp()
    await call('PUT', '/api/cache/a', { body: 'x' })
    const request = `GET /api/cache/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nX-Request-Id: a\tb<script>\r\nConnection: close\r\n\r\n`
    const answer = await sendRaw(url, request)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).not.toContain('script')
  })
})
