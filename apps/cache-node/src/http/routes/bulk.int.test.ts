import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { createJobQueue } from '@freshet/redis/job-queues'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'

async function setUp() {
  const cluster = await startTestCluster()
  const url = await cluster.startTestNode({ FRESHET_LEASE_MS: '400' })
  const redis = new Redis(cluster.server.url, { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  const jobs = createJobQueue('invalidation', redis, () => {})
  onTestFinished(async () => {
    await jobs.close()
    redis.disconnect()
  })
  const call = clientOf(url, cluster.token)
  const send = (body: string, headers: Record<string, string> = {}, path = '/api/invalidate/bulk') =>
    call('POST', path, { body, headers: { 'content-type': 'text/plain', ...headers } })
  return { ...cluster, url, call, send, jobs }
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `shop:${i}`).join('\n')

it('hands keys in chunks to the workers, and tells how far they have come', { timeout: 60_000 }, async () => {
  const { send, call, jobs } = await setUp()
  const answer = await send(lines(2_500), {}, '/api/invalidate/bulk?mode=soft&reason=import')
  expect(answer.status).toBe(202)
  const run = JSON.parse(answer.text)
  expect(run).toMatchObject({ mode: 'soft', keys: 2_500, chunks: 3, state: 'running', done: 0, dead: 0 })
  expect(answer.headers.location).toBe(`/api/invalidate/bulk/${run.id}`)

  const queued = await jobs.getPrioritized()
  expect(queued.map(({ id }) => id).sort()).toEqual([0, 1, 2].map((n) => `${run.id}-${n}`))
  expect(queued.map(({ data }) => data.keys.length).sort()).toEqual([1_000, 1_000, 500])
  for (const { data, id } of queued) expect(data.cause).toMatchObject({ id, via: 'bulk', reason: 'import' })

  const progress = async () => JSON.parse((await call('GET', answer.headers.location ?? '')).text)
  expect(await progress()).toMatchObject({ state: 'running', done: 0, keys: 2_500 })
  await queued[0]?.remove()
  expect(await progress()).toMatchObject({ state: 'running', done: 1 })
  await queued[1]?.remove()
  await queued[2]?.remove()
  expect(await progress()).toMatchObject({ state: 'done', done: 3, dead: 0 })
})

it('takes the million that it promises', { timeout: 60_000 }, async () => {
  const { send, jobs } = await setUp()
  const answer = await send(lines(1_000_000))
  expect(answer.status).toBe(202)
  expect(await jobs.getJobCountByTypes('prioritized')).toBe(1_000)
})

it('adds nothing twice when it is sent again', async () => {
  const { send, jobs } = await setUp()
  const headers = { 'idempotency-key': 'import-7' }
  const first = await send(lines(1_500), headers)
  const again = await send(lines(1_500), headers)
  expect([again.status, again.text]).toEqual([202, first.text])
  expect(await jobs.getJobCountByTypes('prioritized')).toBe(2)
  const other = await send(lines(1_501), headers)
  expect([other.status, other.problem?.field]).toEqual([422, 'Idempotency-Key'])
})

it('names what is wrong, and then hands over nothing', async () => {
  const { send, call, control, url, jobs } = await setUp()
  const told = async (answer: ReturnType<typeof send>) => {
    const { status, problem } = await answer
    return [status, problem?.code, problem?.field, problem?.limit]
  }
  expect(await told(send(`a\nb\n${'k'.repeat(513)}\n${lines(50_000)}`))).toEqual([422, 'invalid', 'line 3', 512])
  expect(await told(send(`${'a\n'.repeat(1_000_001)}`))).toEqual([422, 'invalid', 'body', 1_000_000])
  expect(await told(send(`${'a:'}${'\n'.repeat(64 * 1024 * 1024)}`))).toEqual([
    413,
    'payload_too_large',
    'body',
    64 * 1024 * 1024,
  ])
  expect(await told(send(''))).toEqual([422, 'invalid', 'body', 1])
  expect((await told(send('a', { 'content-type': 'application/json' }))).slice(0, 2)).toEqual([
    415,
    'unsupported_media_type',
  ])
  expect((await told(send('a', { 'content-encoding': 'gzip' }))).slice(0, 3)).toEqual([
    415,
    'unsupported_media_type',
    'Content-Encoding',
  ])
  expect(await told(send('a', {}, '/api/invalidate/bulk?mode=firm'))).toEqual([422, 'invalid', 'mode', undefined])
  const seller = control.addKey({ scopes: ['invalidate'], namespaces: ['shop'] })
  const reader = control.addKey({ scopes: ['read'] })
  await control.publish()
  const as = (token: string, body: string) =>
    clientOf(url, token)('POST', '/api/invalidate/bulk', { body, headers: { 'content-type': 'text/plain' } })
  await waitFor(async () => (await as(seller, '')).status === 422, 'the keys')
  expect((await told(as(seller, `${lines(10)}\nusers:1`))).slice(0, 2)).toEqual([403, 'namespace_forbidden'])
  expect((await told(as(reader, lines(10)))).slice(0, 2)).toEqual([403, 'scope_missing'])
  expect(await jobs.getJobCountByTypes('prioritized', 'waiting')).toBe(0)
  expect(await told(call('GET', '/api/invalidate/bulk/unknown'))).toEqual([404, 'not_found', 'id', undefined])
  expect((await told(call('GET', '/api/invalidate/bulk/a%2Fb'))).slice(0, 3)).toEqual([422, 'invalid', 'id'])
})

it('does not mistake its chunks for those of another run with the same Idempotency-Key', async () => {
  const { send, jobs, redis } = await setUp()
  const headers = { 'idempotency-key': 'import' }
  expect((await send('shop:1', headers)).status).toBe(202)
  for (const name of await redis.keys(redisKeys.idempotency('*'))) await redis.del(name)
  expect((await send('shop:2', headers)).status).toBe(202)
  const queued = await jobs.getPrioritized()
  expect(queued.flatMap(({ data }) => data.keys).sort()).toEqual(['shop:1', 'shop:2'])
})

function upload({ url, token }: { url: string; token: string }) {
  const { readable, writable } = new TransformStream()
  const writer = writable.getWriter()
  const answer = fetch(`${url}/api/invalidate/bulk`, {
    method: 'POST',
    body: readable,
    duplex: 'half',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
  } as RequestInit)
  void writer.write(Buffer.from('shop:1\n'))
  return { writer, answer }
}

it('takes two at a time, and says so to the third', async () => {
  const world = await setUp()
  const uploads = [upload(world), upload(world)]
  const refused = async () => {
    const { status, problem, headers } = await world.send('')
    return [status, problem?.limit, headers['retry-after']]
  }
  await expect.poll(refused).toEqual([429, 2, '1'])
  // Who was refused and goes on sending takes nobody's place.
  const late = [upload(world), upload(world)]
  await sleep(100)
  for (const { writer } of uploads) await writer.close()
  for (const { answer } of uploads) expect((await answer).status).toBe(202)
  expect((await world.send('shop:2')).status).toBe(202)
  for (const { writer } of late) await writer.close()
  for (const { answer } of late) expect((await answer).status).toBe(429)
})

it('counts a run until its keys are in the queue: until then they take memory', async () => {
  const { send, server } = await setUp()
  const pause = new Redis(server.url)
  onTestFinished(() => pause.disconnect())
  await send('shop:0')
  // The bodies arrive whole while nothing can be handed on.
  await pause.call('CLIENT', 'PAUSE', '1000', 'WRITE')
  const answers = await Promise.all([1, 2, 3, 4].map((n) => send(`shop:${n}`)))
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(2)
})
