import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createLocalOrigins } from './testing/local-origin.ts'

const local = createLocalOrigins()
afterEach(() => local.close())

const never = new AbortController().signal

/** An origin with a batch form that answers `document(keys)`, and a record of the batches asked for. */
async function batching(document: (keys: string[]) => unknown, config: { maxKeys?: number } = {}) {
  const batches: string[][] = []
  const base = await local.serve(async (request: IncomingMessage, response) => {
    const { keys } = JSON.parse(await text(request)) as { keys: string[] }
    batches.push(keys)
    const answer = document(keys)
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  const origin = local.origin({ url: `${base}/{key}`, batch: { url: `${base}/batch`, ...config } })
  return { origin, batches }
}

const found = (key: string) => ({ key, status: 200, body: key })

describe('loadMany with a batch form', () => {
  it('reads each entry, in every encoding', async () => {
    const { origin } = await batching(() => ({
      entries: [
        { key: 'n:json', status: 200, body: { a: [1, null] }, maxAgeS: 1.5, tags: ['t', 't'], etag: '"e"' },
        { key: 'n:null', status: 200, body: null },
        { key: 'n:text', status: 200, encoding: 'utf8', body: 'grüße', swrS: 2, sieS: 3, noStore: true },
        { key: 'n:bytes', status: 200, encoding: 'base64', body: 'AP8=', contentType: 'image/x' },
        { key: 'n:gone', status: 410, maxAgeS: 9 },
        { key: 'n:asked-by-nobody', status: 200, body: 1 },
      ],
    }))
    const keys = ['n:json', 'n:null', 'n:text', 'n:bytes', 'n:gone', 'n:left-out']
    const results = await origin.loadMany(keys, never)
    const plain = { kind: 'found', etag: null, tags: [], maxAgeMs: null, swrMs: null, sieMs: null, noStore: false }
    expect(results).toEqual(
      new Map<string, unknown>([
        [
          'n:json',
          {
            ...plain,
            body: Buffer.from('{"a":[1,null]}'),
            contentType: 'application/json',
            maxAgeMs: 1_500,
            tags: ['t'],
            etag: '"e"',
          },
        ],
        ['n:null', { ...plain, body: Buffer.from('null'), contentType: 'application/json' }],
        [
          'n:text',
          {
            ...plain,
            body: Buffer.from('grüße'),
            contentType: 'text/plain; charset=utf-8',
            swrMs: 2_000,
            sieMs: 3_000,
            noStore: true,
          },
        ],
        ['n:bytes', { ...plain, body: Buffer.from([0, 255]), contentType: 'image/x' }],
        ['n:gone', { kind: 'absent', maxAgeMs: 9_000, noStore: false }],
        ['n:left-out', { kind: 'absent', maxAgeMs: null, noStore: false }],
      ]),
    )
  })

  it('asks for at most maxKeys at a time, and for each key once', async () => {
    const { origin, batches } = await batching((keys) => ({ entries: keys.map(found) }), { maxKeys: 2 })
    const results = await origin.loadMany(['n:1', 'n:2', 'n:3', 'n:1', 'n:4', 'n:5'], never)
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1])
    expect(new Set(batches.flat()).size).toBe(5)
    expect(results.get('n:5')).toMatchObject({ kind: 'found' })
  })

  it('fails one key for what is wrong with one entry', async () => {
    const { origin } = await batching(() => ({
      entries: [
        { key: 'n:1', status: 500 },
        { key: 'n:2', status: 200 },
        { key: 'n:3', status: 200, encoding: 'base64', body: '***' },
        { key: 'n:4', status: 200, encoding: 'utf8', body: 'x'.repeat(100_001) },
        { key: 'n:5', status: 'fine' },
        { key: 'n:6', status: 200, body: 1, tags: ['x'.repeat(200)] },
        { key: '__proto__', status: 200, body: 1 },
        found('n:7'),
      ],
    }))
    const results = await origin.loadMany(['n:1', 'n:2', 'n:3', 'n:4', 'n:5', 'n:6', 'n:7', '__proto__'], never)
    for (const key of ['n:1', 'n:2', 'n:3', 'n:4', 'n:5'])
      expect(results.get(key)).toMatchObject({ code: 'origin_failed' })
    expect(results.get('n:6')).toMatchObject({ kind: 'found', noStore: true, tags: [] })
    expect(results.get('n:7')).toMatchObject({ kind: 'found' })
    expect(results.get('__proto__')).toMatchObject({ kind: 'found' })
  })

  it.each(['', 'not json', '[]', '{"entries":{}}', '{"entries":[{"status":200}]}', '{"entries":[7]}'])(
    'fails all keys of a batch that makes no sense: %s',
    async (answer) => {
      const { origin } = await batching(() => answer)
      const results = await origin.loadMany(['n:1', 'n:2'], never)
      expect([...results.values()]).toEqual([
        expect.objectContaining({ code: 'origin_failed' }),
        expect.objectContaining({ code: 'origin_failed' }),
      ])
    },
  )

  it('does not follow redirects and does not repeat a POST', async () => {
    let requests = 0
    const base = await local.serve((request, response) => {
      requests++
      request.resume()
      response.writeHead(request.url === '/moved' ? 307 : 503, { location: '/there' }).end()
    })
    for (const path of ['/moved', '/down']) {
      const origin = local.origin({ url: `${base}/{key}`, retries: 5, batch: { url: `${base}${path}` } })
      expect((await origin.loadMany(['n:1'], never)).get('n:1')).toMatchObject({ code: 'origin_failed' })
    }
    expect(requests).toBe(2)
  })
})

describe('loadMany without a batch form', () => {
  it('loads one by one, each key with its own end, within the slots and the queue of others', async () => {
    let now = 0
    let most = 0
    const base = await local.serve((request, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        response.writeHead(request.url?.endsWith('3') ? 500 : request.url?.endsWith('4') ? 404 : 200).end('x')
      }, 5)
    })
    const origin = local.origin({ url: `${base}/{1}`, maxConcurrency: 3, maxQueue: 1 })
    const keys = Array.from({ length: 10 }, (_, i) => `n:${i}`)
    const results = await origin.loadMany([...keys, 'n:..'], never)
    expect(results.size).toBe(11)
    expect(results.get('n:3')).toMatchObject({ code: 'origin_failed' })
    expect(results.get('n:4')).toMatchObject({ kind: 'absent' })
    expect(results.get('n:9')).toMatchObject({ kind: 'found' })
    expect(results.get('n:..')).toMatchObject({ code: 'invalid' })
    expect(most).toBe(3)
  })

  it('ends as a whole at the deadline', async () => {
    const base = await local.serve((request, response) => {
      if (request.url === '/0') response.end('x')
    })
    const origin = local.origin({ url: `${base}/{1}`, maxConcurrency: 1, attemptTimeoutMs: 5_000, deadlineMs: 200 })
    const results = await origin.loadMany(['n:0', 'n:1', 'n:2'], never)
    expect(results.get('n:0')).toMatchObject({ kind: 'found' })
    expect(results.get('n:1')).toMatchObject({ code: 'origin_deadline' })
    expect(results.get('n:2')).toMatchObject({ code: 'origin_deadline' })
    expect(origin.status()).toMatchObject({ inFlight: 0, queued: 0 })
  })

  it('rejects when the caller leaves', async () => {
    const base = await local.serve(() => undefined)
    const origin = local.origin({ url: `${base}/{1}`, attemptTimeoutMs: 5_000 })
    const caller = new AbortController()
    const results = origin.loadMany(['n:0', 'n:1'], caller.signal)
    setTimeout(() => caller.abort(new Error('left')), 20)
    await expect(results).rejects.toThrow('left')
    expect(origin.status()).toMatchObject({ inFlight: 0, queued: 0 })
  })
})

describe('closing', () => {
  it('waits for what is under way', async () => {
    const base = await local.serve((_, response) => {
      setTimeout(() => response.end('x'), 50)
    })
    const origin = local.origin({ url: `${base}/{1}` })
    const load = origin.load('n:1', never)
    await origin.close()
    expect(await load).toMatchObject({ kind: 'found' })
  })

  it('refuses what comes afterwards', async () => {
    const base = await local.serve((_, response) => response.end('x'))
    const origin = local.origin({ url: `${base}/{1}` })
    await origin.close()
    await expect(origin.load('n:1', never)).rejects.toMatchObject({ code: 'origin_unavailable' })
  })
})
