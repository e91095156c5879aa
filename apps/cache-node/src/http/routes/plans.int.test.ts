import { Receipt } from '@freshet/core/invalidation/receipt'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { createJobQueue } from '@freshet/redis/job-queues'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clientOf, startTestCluster } from '../../testing/test-node.ts'
import { postJson } from '../../testing/three-nodes.ts'

const receiptOf = ({ text }: { text: string }) => Receipt.parse(JSON.parse(text))

async function setUp() {
  const cluster = await startTestCluster()
  const call = clientOf(await cluster.startTestNode({ FRESHET_LEASE_MS: '800' }), cluster.token)
  const redis = new Redis(cluster.server.url, { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  const jobs = createJobQueue('invalidation', redis, () => {})
  onTestFinished(async () => {
    await jobs.close()
    redis.disconnect()
  })
  return { ...cluster, call, jobs }
}

describe('an invalidation for later', () => {
  it('is handed to the workers whole, and has its receipt from the start', async () => {
    const { call, jobs } = await setUp()
    const answer = await postJson(call, '/api/invalidate', {
      keys: ['a'],
      tags: ['t'],
      mode: 'soft',
      reason: 'campaign ends',
      delayMs: 60_000,
    })
    expect(answer.status).toBe(202)
    const receipt = receiptOf(answer)
    expect(receipt).toMatchObject({ state: 'planned', epoch: null, mode: 'soft' })
    expect(receiptOf(await call('GET', answer.headers.location ?? ''))).toEqual(receipt)
    const [job, ...others] = await jobs.getDelayed()
    expect(others).toEqual([])
    expect([job?.id, job?.opts.delay]).toEqual([receipt.id, 60_000])
    expect(job?.data).toMatchObject({
      matchers: { keys: ['a'], tags: ['t'], all: false },
      mode: 'soft',
      wait: 'all',
      reach: '*',
      cause: { id: receipt.id, reason: 'campaign ends', via: 'schedule' },
    })
  })

  it('and again, is done now and handed over once more under an id of its own', async () => {
    const { call, jobs } = await setUp()
    const headers = { 'idempotency-key': 'k' }
    const answer = await postJson(call, '/api/invalidate', { keys: ['a'], repeatAfterMs: 5_000 }, headers)
    expect([answer.status, receiptOf(answer).state]).toEqual([200, 'acknowledged'])
    const [job, ...others] = await jobs.getDelayed()
    expect(others).toEqual([])
    expect(job?.opts.delay).toBe(5_000)
    expect(job?.data.cause).toMatchObject({ via: 'repeat' })
    expect(job?.id).not.toBe(receiptOf(answer).id)
  })

  it('is one for all that ask for the same within the time, and another for another mode', async () => {
    const { call, jobs } = await setUp()
    const ask = (body: object) => postJson(call, '/api/invalidate', { debounceMs: 30_000, ...body })
    const answers = [
      await ask({ tags: ['a', 'b'] }),
      await ask({ tags: ['b', 'a'] }),
      await ask({ tags: ['b', 'a', 'a'] }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(new Set(answers.map((answer) => receiptOf(answer).id)).size).toBe(1)
    expect(receiptOf(await ask({ tags: ['a', 'b'], mode: 'soft' })).id).not.toBe(
      receiptOf(answers[0] ?? { text: '' }).id,
    )
    expect(await jobs.getDelayedCount()).toBe(2)
  })

  it('is not taken for another one whose Idempotency-Key was used before its day was over', async () => {
    const { call, jobs, redis } = await setUp()
    const headers = { 'idempotency-key': 'nightly' }
    const ask = (key: string) => postJson(call, '/api/invalidate', { keys: [key], delayMs: 600_000 }, headers)
    const first = receiptOf(await ask('a'))
    // What is left when an answer's time is over, or a request failed after its plan was made.
    for (const name of await redis.keys(redisKeys.idempotency('*'))) await redis.del(name)
    const second = receiptOf(await ask('b'))
    expect(second.id).not.toBe(first.id)
    const planned = await jobs.getDelayed()
    expect(planned.flatMap(({ data }) => data.matchers.keys).sort()).toEqual(['a', 'b'])
  })

  it('is told what does not go together', async () => {
    const { call } = await setUp()
    const told = async (body: object, path = '/api/invalidate') => {
      const { status, problem } = await postJson(call, path, body)
      return [status, problem?.code, problem?.field, problem?.limit]
    }
    for (const other of ['delayMs', 'repeatAfterMs'])
      expect(await told({ keys: ['a'], debounceMs: 10, [other]: 10 })).toEqual([
        422,
        'invalid',
        'debounceMs',
        undefined,
      ])
    expect(await told({ keys: ['a'], delayMs: 0 })).toEqual([422, 'invalid', 'delayMs', 1])
    expect(await told({ keys: ['a'], debounceMs: 600_001 })).toEqual([422, 'invalid', 'debounceMs', 600_000])
    expect(await told({ keys: [] })).toEqual([422, 'invalid', 'keys', 1])
    expect(await told({ keys: Array(1_001).fill('a') })).toEqual([422, 'invalid', 'keys', 1_000])
    expect(await told({ keys: ['a', 'k'.repeat(513)] })).toEqual([422, 'invalid', 'keys.1', 512])
    expect(await told({ tags: ['t'.repeat(129)] })).toEqual([422, 'invalid', 'tags.0', 128])
    expect((await told({})).slice(0, 3)).toEqual([422, 'invalid', 'keys'])
    expect((await told({ all: false })).slice(0, 3)).toEqual([422, 'invalid', 'all'])
    expect((await told({ namespace: 'a:b' })).slice(0, 3)).toEqual([422, 'invalid', 'namespace'])
    expect((await told({ keys: ['a'], mode: 'firm' })).slice(0, 3)).toEqual([422, 'invalid', 'mode'])
    expect((await told({ keys: ['a'], tgas: ['b'] })).slice(0, 2)).toEqual([422, 'invalid'])
    expect(await told({ pattern: 'p'.repeat(257) }, '/api/invalidate/pattern')).toEqual([
      422,
      'invalid',
      'pattern',
      256,
    ])
    expect(await told({ keys: ['a'] }, '/api/invalidate?waitMs=30001')).toEqual([422, 'invalid', 'waitMs', 30_000])
    const remove = await call('DELETE', '/api/cache/a?wait=soon')
    expect([remove.status, remove.problem?.field]).toEqual([422, 'wait'])
    for (const query of ['', '?pattern=', '?tag=', '?namespace=..', '?other=1'])
      expect((await call('GET', `/api/invalidate/preview${query}`)).problem?.code, query).toBe('invalid')
    for (const key of ['', 'a b', 'ü', 'k'.repeat(256)]) {
      const { status, problem } = await postJson(
        call,
        '/api/invalidate',
        { keys: ['a'] },
        {
          'idempotency-key': Buffer.from(key).toString('latin1'),
        },
      )
      expect([status, problem?.field, problem?.limit], key).toEqual([422, 'Idempotency-Key', 255])
    }
    const wrong = await call('PUT', '/api/invalidate/receipts/x')
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})
