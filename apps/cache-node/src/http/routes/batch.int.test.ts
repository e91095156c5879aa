import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { pack, unpack } from 'msgpackr'
import { describe, expect, test } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'
import { BINARY_MEDIA_TYPE } from '../batch/binary-layout.ts'
import { MgetReply, MputReply } from '../batch/replies.ts'
import { decodeReply, encodeMget, encodeMput } from '../batch/testing/binary-client.ts'

type Call = ReturnType<typeof clientOf>
type Init = Parameters<Call>[2]

async function setUp(overrides: Record<string, string> = {}) {
  const cluster = await startTestCluster()
  const url = await cluster.startTestNode(overrides)
  return { ...cluster, url, call: clientOf(url, cluster.token) }
}

const asJson = (document: unknown): Init => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(document),
})
const mget = async (call: Call, keys: string[]) => {
  const { text } = await call('POST', '/api/cache/mget', asJson({ keys }))
  return MgetReply.parse(JSON.parse(text)).items
}
const mput = async (call: Call, items: object[]) => {
  const { text } = await call('POST', '/api/cache/mput', asJson({ items }))
  return MputReply.parse(JSON.parse(text)).items
}
const told = async (answer: ReturnType<Call>) => {
  const { status, problem } = await answer
  return [status, problem?.code, problem?.field, problem?.limit]
}
const counters = async (call: Call) => NodeMetrics.parse(JSON.parse((await call('GET', '/api/metrics')).text)).counters

/** Publishes what the test told the control plane and waits until the node follows it. */
async function publish(control: Awaited<ReturnType<typeof setUp>>['control'], call: Call): Promise<void> {
  const revision = await control.publish()
  await waitFor(
    async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
    'the document',
  )
}

describe('mput and mget', () => {
  test('what is put in one request is got in another, in the order asked, and one by one', async () => {
    const { call } = await setUp()
    const written = await mput(call, [
      { key: 'users:1', value: 'first', ttlS: 100, tags: ['a'] },
      { key: '__proto__', value: '/w==', encoding: 'base64', contentType: 'image/x-one' },
    ])
    expect(written.map(({ status }) => status)).toEqual(['stored', 'stored'])
    const items = await mget(call, ['__proto__', 'nothing', 'users:1', '__proto__'])
    expect(items).toMatchObject([
      { key: '__proto__', status: 'hit', encoding: 'base64', value: '/w==', contentType: 'image/x-one' },
      { key: 'nothing', status: 'miss', reason: 'absent' },
      { key: 'users:1', status: 'hit', encoding: 'utf8', value: 'first', ageS: 0 },
      { key: '__proto__', status: 'hit' },
    ])
    const single = await call('GET', '/api/cache/users:1')
    expect(single.text).toBe('first')
    expect(single.headers).toMatchObject({
      'cache-control': expect.stringContaining('max-age=100'),
      'surrogate-key': 'a',
    })
    expect(single.headers.etag).toBe(written[0]?.status === 'stored' ? written[0].etag : null)
  })

  test('all values of one mput have the same epoch, and the last of twins stays', async () => {
    const { call } = await setUp()
    const written = await mput(call, [
      { key: 'a', value: 'old' },
      { key: 'b', value: 'b' },
      { key: 'a', value: 'new' },
    ])
    expect(new Set(written.map((item) => (item.status === 'stored' ? item.epoch : null))).size).toBe(1)
    expect(written[0]).toEqual(written[2])
    expect(await mget(call, ['a', 'b'])).toMatchObject([{ value: 'new' }, { value: 'b' }])
  })

  test('every form may be asked for and sent, and they mix', async () => {
    const { call } = await setUp()
    const body = Buffer.from([0, 255, 128])
    const msgpack = { 'content-type': 'application/msgpack' }
    const binary = { 'content-type': BINARY_MEDIA_TYPE }
    const stored = await call('POST', '/api/cache/mput', {
      headers: msgpack,
      body: pack({ items: [{ key: 'a', body }] }),
    })
    expect(stored.headers['content-type']).toBe('application/msgpack')
    expect(unpack(stored.body).items).toMatchObject([{ key: 'a', status: 'stored' }])
    const more = await call('POST', '/api/cache/mput', {
      headers: binary,
      body: encodeMput([{ key: 'b', body, ttlS: 9 }]),
    })
    expect(more.headers['content-type']).toBe(BINARY_MEDIA_TYPE)
    expect(decodeReply(more.body).items).toMatchObject([{ key: 'b', status: 'stored' }])

    const keys = ['a', 'b', 'c']
    const read = await call('POST', '/api/cache/mget', { headers: binary, body: encodeMget(keys) })
    expect(decodeReply(read.body).items).toMatchObject([
      { key: 'a', status: 'hit', body },
      { key: 'b', status: 'hit', body, ttlS: expect.toSatisfy((ttlS: number) => ttlS === 8 || ttlS === 9) },
      { key: 'c', status: 'miss', reason: 'absent' },
    ])
    const mixed = await call('POST', '/api/cache/mget', {
      headers: { ...msgpack, accept: 'application/json' },
      body: pack({ keys }),
    })
    expect(mixed.headers['content-type']).toMatch(/^application\/json/)
    expect(JSON.parse(mixed.text).items[0]).toMatchObject({ key: 'a', encoding: 'base64', value: 'AP+A' })
  })

  test('nothing to do is done at once and appends nothing to the log', async () => {
    const { call } = await setUp()
    const before = await mput(call, [{ key: 'a', value: '' }])
    expect(await mput(call, [])).toEqual([])
    expect(await mget(call, [])).toEqual([])
    const after = await mput(call, [{ key: 'a', value: '' }])
    const epochs = [...before, ...after].map((item) => Number(item.status === 'stored' && item.epoch.split('.')[1]))
    expect(epochs[1]).toBe((epochs[0] ?? 0) + 1)
  })

  test('a thousand keys go, one more does not', async () => {
    const { call } = await setUp()
    const items = Array.from({ length: 1_000 }, (_, i) => ({ key: `k:${i}`, value: `${i}` }))
    expect((await mput(call, items)).every(({ status }) => status === 'stored')).toBe(true)
    const keys = items.map(({ key }) => key)
    expect((await mget(call, keys)).every(({ status }) => status === 'hit')).toBe(true)
    const tooMany = call('POST', '/api/cache/mget', asJson({ keys: [...keys, 'more'] }))
    expect(await told(tooMany)).toEqual([422, 'invalid', 'keys', 1_000])
  })
})

describe('a batch with a fault in one item', () => {
  test('is refused as a whole, names item and limit, and writes nothing', async () => {
    const { call } = await setUp({ FRESHET_MAX_VALUE_BYTES: '1000', FRESHET_MAX_BATCH_BYTES: '3000' })
    const good = { key: 'good', value: 'x' }
    const put = (item: object) => told(call('POST', '/api/cache/mput', asJson({ items: [good, item] })))
    expect(await put({ key: 'k'.repeat(513), value: '' })).toEqual([422, 'invalid', 'items.1.key', 512])
    expect(await put({ key: 'a\nb', value: '' })).toEqual([422, 'invalid', 'items.1.key', undefined])
    expect(await put({ key: 'mget', value: '' })).toEqual([422, 'invalid', 'items.1.key', undefined])
    expect(await put({ key: 'ü'.repeat(257), value: '' })).toEqual([422, 'invalid', 'items.1.key', 512])
    expect(await put({ key: 'a' })).toEqual([422, 'invalid', 'items.1.value', undefined])
    expect(await put({ key: 'a', value: 'x'.repeat(1_001) })).toEqual([413, 'value_too_large', 'items.1.value', 1_000])
    expect((await put({ key: 'a', value: 'x'.repeat(3_000) })).slice(0, 3)).toEqual([413, 'payload_too_large', 'body'])
    expect(await mget(call, ['good', 'a'])).toMatchObject([{ status: 'miss' }, { status: 'miss' }])
    const read = call('POST', '/api/cache/mget', asJson({ keys: ['good', 'a\u0000'] }))
    expect(await told(read)).toEqual([422, 'invalid', 'keys.1', undefined])
  })

  test('is refused for a value beyond the policy of its own namespace', async () => {
    const { call, control } = await setUp()
    control.setPolicies({ name: 'small', maxValueBytes: 10 })
    await publish(control, call)
    const items = [
      { key: 'large:1', value: 'x'.repeat(11) },
      { key: 'small:1', value: 'x'.repeat(11) },
    ]
    const answer = call('POST', '/api/cache/mput', asJson({ items }))
    expect(await told(answer)).toEqual([413, 'value_too_large', 'items.1.value', 10])
  })

  test('is refused for one key out of reach, and for a scope that is missing', async () => {
    const { call, control, url } = await setUp()
    const reader = clientOf(url, control.addKey({ scopes: ['read'], namespaces: ['users'] }))
    const writer = clientOf(url, control.addKey({ scopes: ['write'], namespaces: ['users'] }))
    await publish(control, call)
    await mput(call, [
      { key: 'users:1', value: 'mine' },
      { key: 'orders:1', value: 'not mine' },
    ])
    expect(await mget(reader, ['users:1'])).toMatchObject([{ value: 'mine' }])
    for (const keys of [
      ['users:1', 'orders:1'],
      ['users:1', 'plain'],
    ])
      expect(await told(reader('POST', '/api/cache/mget', asJson({ keys })))).toEqual([
        403,
        'namespace_forbidden',
        'namespace',
        undefined,
      ])
    const items = [
      { key: 'users:1', value: 'changed' },
      { key: 'orders:1', value: 'changed' },
    ]
    const refused = await writer('POST', '/api/cache/mput', asJson({ items }))
    expect(refused.problem).toMatchObject({ code: 'namespace_forbidden', status: 403 })
    expect(await mget(call, ['users:1', 'orders:1'])).toMatchObject([{ value: 'mine' }, { value: 'not mine' }])
    expect((await told(reader('POST', '/api/cache/mput', asJson({ items: [] })))).slice(0, 2)).toEqual([
      403,
      'scope_missing',
    ])
    expect((await told(writer('POST', '/api/cache/mget', asJson({ keys: [] })))).slice(0, 2)).toEqual([
      403,
      'scope_missing',
    ])
  })

  test('is refused for a namespace that nobody declared, where only declared ones are taken', async () => {
    const { call, control } = await setUp({ FRESHET_DECLARED_NAMESPACES_ONLY: 'true' })
    control.setPolicies({ name: 'users' })
    await publish(control, call)
    expect(await mget(call, ['users:1'])).toMatchObject([{ status: 'miss' }])
    const answer = call('POST', '/api/cache/mget', asJson({ keys: ['users:1', 'others:1'] }))
    expect((await told(answer)).slice(0, 2)).toEqual([422, 'invalid'])
  })
})

describe('a batch over an origin', () => {
  test('asks it once for each key, and the fault of one key is its own', async () => {
    const { call, control } = await setUp()
    const origin = await startTestOrigin((request, response) => {
      const status = request.url === '/broken' ? 500 : request.url === '/gone' ? 404 : 200
      response.writeHead(status, { 'content-type': 'text/plain' }).end(`of ${request.url}`)
    })
    control.setPolicies({ name: 'shop', origin: { url: `${origin.url}/{rest}`, retries: 0 } })
    await publish(control, call)
    const keys = ['shop:a', 'shop:broken', 'shop:gone', 'shop:b', 'shop:a']
    expect(await mget(call, keys)).toMatchObject([
      { status: 'hit', value: 'of /a' },
      { status: 'error', code: 'origin_failed' },
      { status: 'absent' },
      { status: 'hit', value: 'of /b' },
      { status: 'hit', value: 'of /a' },
    ])
    expect([...origin.asked].sort()).toEqual(['/a', '/b', '/broken', '/gone'])
  })
})

test('a reply carries no more bytes of values than the limit, and says which keys it left out', async () => {
  const { call } = await setUp({ FRESHET_MAX_BATCH_BYTES: '5000' })
  for (const key of ['a', 'b', 'c']) await call('PUT', `/api/cache/${key}`, { body: key.repeat(2_000) })
  await call('PUT', '/api/cache/d', { body: 'd' })
  const items = await mget(call, ['a', 'b', 'c', 'd'])
  expect(items.map(({ status }) => status)).toEqual(['hit', 'hit', 'error', 'hit'])
  expect(items[2]).toMatchObject({ code: 'payload_too_large' })
})

test('a batch is counted: keys as reads, values as writes, bytes as served', async () => {
  const { call } = await setUp()
  const before = await counters(call)
  await mput(call, [
    { key: 'a', value: '12345' },
    { key: 'b', value: '12345' },
  ])
  await mget(call, ['a', 'b', 'c'])
  const after = await counters(call)
  expect(after.writes - before.writes).toBe(2)
  expect(after.hits.l1 - before.hits.l1).toBe(2)
  expect(after.misses.absent - before.misses.absent).toBe(1)
  expect(after.bytesServed - before.bytesServed).toBe(10)
  const { latency } = NodeMetrics.parse(JSON.parse((await call('GET', '/api/metrics')).text))
  expect([latency.mget?.count, latency.mput?.count]).toEqual([1, 1])
})
