import { redisKeys } from '@freshet/core/keys/redis-keys'
import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'

async function setUp() {
  const cluster = await startTestCluster()
  const call = clientOf(await cluster.startTestNode(), cluster.token)
  return { ...cluster, call }
}

describe('PUT and GET', () => {
  it('give back any bytes with their Content-Type, and tell where they came from', async () => {
    const { call } = await setUp()
    const body = Buffer.from([0, 255, 10, 13, 200])
    const put = await call('PUT', '/api/cache/img:1?ttl=60', {
      body,
      headers: { 'content-type': 'image/x-odd; a="b"', 'surrogate-key': 'one two' },
    })
    expect(put.status).toBe(204)
    expect(put.headers['freshet-epoch']).toMatch(/^[0-9a-f]{16}\.1$/)
    const got = await call('GET', '/api/cache/img:1')
    expect(got.status).toBe(200)
    expect(got.body).toEqual(body)
    expect(got.headers).toMatchObject({
      'content-type': 'image/x-odd; a="b"',
      etag: put.headers.etag,
      'cache-control': 'max-age=60, stale-while-revalidate=30, stale-if-error=300',
      'surrogate-key': 'one two',
      'freshet-version': put.headers['freshet-epoch'],
      age: '0',
    })
    expect(got.headers['cache-status']).toMatch(/^freshet; hit; ttl=(60|59); detail=l1$/)
    expect(got.headers['x-request-id']).toBeTruthy()
  })

  it('take lifetimes from Cache-Control, and ?ttl= before max-age', async () => {
    const { call } = await setUp()
    const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=5, stale-if-error=0' }
    await call('PUT', '/api/cache/a', { body: 'x', headers })
    expect((await call('GET', '/api/cache/a')).headers['cache-control']).toBe('max-age=10, stale-while-revalidate=5')
    await call('PUT', '/api/cache/a?ttl=0.5', { body: 'x', headers })
    expect((await call('GET', '/api/cache/a')).headers['cache-control']).toBe('max-age=0, stale-while-revalidate=5')
  })

  it('keep an empty value, and a key with every character that a key may have', async () => {
    const { call } = await setUp()
    const key = 'a:%2F/..//ü?#&+ ~😀'
    const path = `/api/cache/${encodeURIComponent(key)}`
    expect((await call('PUT', path)).status).toBe(204)
    const got = await call('GET', path)
    expect([got.status, got.body.length, got.headers['content-type']]).toEqual([200, 0, 'application/octet-stream'])
    const list = JSON.parse((await call('GET', '/api/cache/keys?pattern=a:*')).text)
    expect(list.keys.map((item: { key: string }) => item.key)).toEqual([key])
  })

  it('answer 304 when the entity tag is known, on the fast lane and beside it', async () => {
    const { call } = await setUp()
    const { etag = '' } = (await call('PUT', '/api/cache/a', { body: 'x' })).headers
    for (const tags of [etag, `W/${etag}, "other"`, '*']) {
      const got = await call('GET', '/api/cache/a', { headers: { 'if-none-match': tags } })
      expect([got.status, got.body.length, got.headers.etag]).toEqual([304, 0, etag])
    }
    expect((await call('GET', '/api/cache/a', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('obey If-Match and If-None-Match: * on writing', async () => {
    const { call } = await setUp()
    const first = await call('PUT', '/api/cache/a', { body: 'one', headers: { 'if-none-match': '*' } })
    expect(first.status).toBe(204)
    const again = await call('PUT', '/api/cache/a', { body: 'two', headers: { 'if-none-match': '*' } })
    expect([again.status, again.problem?.code, again.problem?.field]).toEqual([
      412,
      'precondition_failed',
      'If-None-Match',
    ])
    const match = await call('PUT', '/api/cache/a', { body: 'two', headers: { 'if-match': first.headers.etag ?? '' } })
    expect(match.status).toBe(204)
    const late = await call('PUT', '/api/cache/a', { body: 'three', headers: { 'if-match': first.headers.etag ?? '' } })
    expect([late.status, late.problem?.field]).toEqual([412, 'If-Match'])
    expect((await call('GET', '/api/cache/a')).text).toBe('two')
  })
})

describe('HEAD', () => {
  it('tells of a value without it, and never loads', async () => {
    const origin = await startTestOrigin((_request, response) => response.end('from origin'))
    const { call, control } = await setUp()
    control.setPolicies({ name: 'o', origin: { url: `${origin.url}/{rest}` } })
    const revision = await control.publish()
    await waitFor(
      async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
      'the policy',
    )
    expect((await call('HEAD', '/api/cache/o:1')).status).toBe(404)
    expect(origin.asked).toEqual([])
    await call('GET', '/api/cache/o:1')
    const head = await call('HEAD', '/api/cache/o:1')
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '11', 0])
  })
})

describe('DELETE, PURGE and PATCH', () => {
  it('remove a key on every node', async () => {
    const { call, token, startTestNode } = await setUp()
    const other = clientOf(await startTestNode(), token)
    for (const method of ['DELETE', 'PURGE']) {
      await call('PUT', '/api/cache/a', { body: 'x' })
      expect((await other('GET', '/api/cache/a')).text).toBe('x')
      const gone = await call(method, '/api/cache/a')
      expect([gone.status, gone.body.length]).toEqual([204, 0])
      expect((await call('GET', '/api/cache/a')).status).toBe(404)
      await expect.poll(async () => (await other('GET', '/api/cache/a')).status).toBe(404)
    }
  })

  it('change lifetimes and tags and keep the value', async () => {
    const { call } = await setUp()
    await call('PUT', '/api/cache/a?ttl=5', { body: 'x', headers: { 'surrogate-key': 'one' } })
    expect((await call('PATCH', '/api/cache/a?ttl=99')).status).toBe(204)
    let got = await call('GET', '/api/cache/a')
    expect([got.text, got.headers['surrogate-key']]).toEqual(['x', 'one'])
    expect(got.headers['cache-control']).toMatch(/^max-age=99,/)
    await call('PATCH', '/api/cache/a', { headers: { 'cache-tag': 'two' } })
    got = await call('GET', '/api/cache/a')
    expect([got.text, got.headers['surrogate-key']]).toEqual(['x', 'two'])
    expect(got.headers['cache-control']).toMatch(/^max-age=99,/)
    const missing = await call('PATCH', '/api/cache/nothing?ttl=5')
    expect([missing.status, missing.problem?.code]).toEqual([404, 'miss'])
    const empty = await call('PATCH', '/api/cache/a')
    expect([empty.status, empty.problem?.field]).toEqual([422, 'ttl'])
  })
})

describe('read-through', () => {
  it('loads once for 1,000 concurrent readers, then serves from memory and, on another node, from L2', async () => {
    const origin = await startTestOrigin((_request, response) => {
      setTimeout(() => response.setHeader('content-type', 'text/plain').end('value'), 50)
    })
    const { control, redis, token, startTestNode } = await startTestCluster()
    control.setPolicies({ name: 'p', origin: { url: `${origin.url}/products/{rest}` } })
    await control.publish()
    const [one, two] = [clientOf(await startTestNode(), token), clientOf(await startTestNode(), token)]
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => one('GET', '/api/cache/p:7')))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['200 value']))
    expect(origin.asked).toEqual(['/products/7'])
    // L2 is filled in the background: nobody waits for Redis.
    await expect.poll(() => redis.exists(redisKeys.entry('p:7'))).toBe(1)
    expect((await two('GET', '/api/cache/p:7')).headers['cache-status']).toMatch(/hit.*l2/)
    expect((await two('GET', '/api/cache/p:7')).headers['cache-status']).toMatch(/hit.*l1/)
    expect(origin.asked).toHaveLength(1)
  })

  it('honours no-cache and only-if-cached, and remembers a 404', async () => {
    const state = { body: 'one', status: 200 }
    const origin = await startTestOrigin((_request, response) => response.writeHead(state.status).end(state.body))
    const { control, token, startTestNode } = await startTestCluster()
    control.setPolicies({ name: 'p', origin: { url: `${origin.url}/{rest}` } })
    await control.publish()
    const call = clientOf(await startTestNode(), token)
    const only = await call('GET', '/api/cache/p:1', { headers: { 'cache-control': 'only-if-cached' } })
    expect([only.status, only.problem?.code]).toEqual([504, 'not_cached'])
    expect((await call('GET', '/api/cache/p:1')).text).toBe('one')
    state.body = 'two'
    expect((await call('GET', '/api/cache/p:1')).text).toBe('one')
    const fresh = await call('GET', '/api/cache/p:1', { headers: { 'cache-control': 'no-cache' } })
    expect([fresh.text, fresh.headers['cache-status']]).toEqual(['two', expect.stringMatching(/fwd=request/)])
    state.status = 404
    for (const status of [/fwd=uri-miss/, /hit.*negative/]) {
      const absent = await call('GET', '/api/cache/p:gone')
      expect([absent.status, absent.problem?.code]).toEqual([404, 'absent_at_origin'])
      expect(absent.headers['cache-status']).toMatch(status)
    }
    expect(origin.asked.filter((url) => url === '/gone')).toHaveLength(1)
  })

  it('names an origin that fails with 502 and one that is slow with 504, and releases the next reader', async () => {
    const state = { mode: 'fail' }
    const origin = await startTestOrigin((_request, response) => {
      if (state.mode === 'fail') response.writeHead(500).end('a stack trace that nobody may see')
      else if (state.mode === 'ok') response.end('fine')
    })
    const { control, token, startTestNode } = await startTestCluster()
    control.setPolicies({
      name: 'p',
      origin: { url: `${origin.url}/{rest}`, retries: 0, deadlineMs: 200, attemptTimeoutMs: 200 },
    })
    await control.publish()
    const call = clientOf(await startTestNode(), token)
    const failed = await call('GET', '/api/cache/p:1')
    expect([failed.status, failed.problem?.code]).toEqual([502, 'origin_failed'])
    expect(failed.text).not.toContain('stack trace')
    state.mode = 'hang'
    const slow = await Promise.all([call('GET', '/api/cache/p:1'), call('GET', '/api/cache/p:1')])
    expect(slow.map(({ status, problem }) => [status, problem?.code])).toEqual(Array(2).fill([504, 'origin_deadline']))
    state.mode = 'ok'
    expect((await call('GET', '/api/cache/p:1')).text).toBe('fine')
  })
})
