import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster, waitFor } from '../testing/test-node.ts'
import { startTestOrigin } from '../testing/test-origin.ts'

/** Two nodes on one Redis: what the first stored, the second finds in L2. Its namespace `o` has an origin. */
async function setUp() {
  const { control, startTestNode } = await startTestCluster()
  const origin = await startTestOrigin((request, response) => {
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200)
    response.writeHead(status, { 'Content-Type': 'text/plain', 'Surrogate-Key': 'a b' }).end(`status ${status}`)
  })
  control.setPolicies({ name: 'o', origin: { url: `${origin.url}/{rest}`, retries: 0 } })
  const token = control.addKey({ ratePerSecond: 1_000 })
  await control.publish()
  const [first, second] = [await startTestNode(), await startTestNode({ FRESHET_L1_MAX_ENTRIES: '1' })]
  const calls = { first: clientOf(first, token), second: clientOf(second, token) }
  for (const call of Object.values(calls))
    await waitFor(async () => (await call('GET', '/api/cache/x')).status === 404, 'the key')
  return { calls, origin }
}

/** A field that the lane does not know sends a request the long way and means nothing to anybody. */
const LONG_WAY = { 'x-long-way': '1' }
/** They differ from request to request; node:http names its own connection handling. */
const PASSING = ['date', 'age', 'x-request-id', 'ratelimit', 'connection', 'keep-alive', 'vary']

type Answer = Awaited<ReturnType<ReturnType<typeof clientOf>>>

function essence({ status, headers, text }: Answer) {
  const kept = Object.entries(headers).filter(([name]) => !PASSING.includes(name))
  return {
    status,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, value.replace(/ttl=-?\d+/, 'ttl')])),
    text: text.replace(/"requestId":"[^"]+"/, ''),
  }
}

describe('the lane answers as the long way does', () => {
  it.each([
    ['an L1 hit', 'first', 'a:1', {}, 'hit; ttl; detail=l1'],
    ['an L2 hit', 'second', 'a:1', {}, 'hit; ttl; detail=l2'],
    ['a key that nobody wrote', 'first', 'a:none', {}, 'fwd=uri-miss; detail=absent'],
    ['a key that the origin does not have', 'first', 'o:404', {}, 'hit; ttl; detail="l1 negative"'],
    ['a failing origin', 'first', 'o:500', {}, 'fwd=miss; detail=origin_failed'],
    ['a name that is a route', 'first', 'mget', {}, undefined],
  ] as const)('to %s', async (_what, node, key, headers, status) => {
    const { calls } = await setUp()
    await calls.first('PUT', '/api/cache/a:1?ttl=60', { body: 'value', headers: { 'surrogate-key': 'x y' } })
    await calls.first('GET', '/api/cache/o:404')
    // The node with room for one entry holds another, so that each of the two requests goes to L2.
    const ask = async (extra: Record<string, string>) => {
      await calls.second('PUT', '/api/cache/other', { body: 'z' })
      return essence(await calls[node]('GET', `/api/cache/${key}`, { headers: { ...headers, ...extra } }))
    }
    const lane = await ask({})
    expect(lane).toEqual(await ask(LONG_WAY))
    expect(lane.headers['cache-status']).toBe(status === undefined ? undefined : `freshet; ${status}`)
  })

  it.each(['first', 'second'] as const)('to a conditional request, on the %s node', async (node) => {
    const { calls } = await setUp()
    const { headers } = await calls.first('PUT', '/api/cache/a:1?ttl=60', { body: 'value' })
    await calls.second('PUT', '/api/cache/other', { body: 'z' })
    const got = await calls[node]('GET', '/api/cache/a:1', { headers: { 'if-none-match': headers.etag ?? '' } })
    expect([got.status, got.text, got.headers.etag]).toEqual([304, '', headers.etag])
  })

  it('and asks a failing origin once for each request', async () => {
    const { calls, origin } = await setUp()
    expect((await calls.first('GET', '/api/cache/o:503')).status).toBe(502)
    expect(origin.asked).toEqual(['/503'])
  })
})
