import { freePort } from '@freshet/scripts/processes/ports'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { describe, expect, it, onTestFinished } from 'vitest'
import { clientOf, waitFor } from '../testing/test-node.ts'
import { startNodeRing } from './testing/node-ring.ts'

/** A field that the lane does not know sends a request the long way and means nothing to anybody. */
const LONG_WAY: Record<string, string> = { 'x-long-way': '1' }

describe('nodes in a ring', () => {
  it('ask the origin once for a burst of reads of one cold key on five nodes', async () => {
    const { nodes, loads, pace } = await startNodeRing(5)
    pace.delayMs = 300
    const reads = Array.from({ length: 500 }, (_, i) => nodes[i % 5]?.call('GET', '/api/cache/o:cold'))
    const answers = await Promise.all(reads)
    expect(new Set(answers.map((answer) => `${answer?.status} ${answer?.text}`))).toEqual(new Set(['200 1']))
    expect(loads()).toBe(1)
  })

  it('keep a value where it is owned, and give it to whoever is asked', async () => {
    const { nodes, keyWithPreference, loads } = await startNodeRing(3)
    const [asker, owner] = nodes
    const key = keyWithPreference('node-2', 'node-3', 'node-1')
    const first = await asker?.call('GET', `/api/cache/${key}`)
    expect(first?.headers['cache-status']).toMatch(/fwd=uri-miss.*detail="origin absent"/)
    const second = await asker?.call('GET', `/api/cache/${key}`)
    expect([second?.text, second?.headers['cache-status']]).toEqual([
      '1',
      expect.stringMatching(/hit; ttl=\d+; detail=peer/),
    ])
    expect((await owner?.call('GET', `/api/cache/${key}`))?.headers['cache-status']).toMatch(/detail=l1/)
    expect(loads()).toBe(1)
    expect((await asker?.counters())?.peers).toMatchObject({ asked: 2, answered: 2, served: 0 })
    const atOwner = await owner?.counters()
    // The read is the asker's; the owner counts only its own.
    expect(atOwner).toMatchObject({ peers: { served: 2 }, hits: { l1: 1, peer: 0 }, misses: { absent: 0 } })
  })

  it.each(['o:ü /?#%', 'o:plain', `o:${'x'.repeat(400)}`])('find the key %s where it is owned', async (key) => {
    const { nodes, loads } = await startNodeRing(3)
    const answers = []
    for (const { call } of nodes) answers.push((await call('GET', `/api/cache/${encodeURIComponent(key)}`)).text)
    expect(answers).toEqual(['1', '1', '1'])
    expect(loads()).toBe(1)
  })

  it('pass on what the owner says of a key', async () => {
    const { nodes, keyWithPreference, control, origin } = await startNodeRing(2)
    control.setPolicies({ name: 'o', origin: { url: `${origin.url}/{rest}`, deadlineMs: 100, retries: 0 } })
    await control.publish()
    const key = keyWithPreference('node-2')
    origin.server.removeAllListeners('request')
    origin.server.on('request', (_, response) => response.writeHead(500).end())
    await waitFor(async () => (await nodes[0]?.call('GET', `/api/cache/${key}`))?.status === 502, 'the policy')
    const [here, there] = await Promise.all(nodes.map(({ call }) => call('GET', `/api/cache/${key}`)))
    expect([here?.problem?.code, here?.problem?.detail]).toEqual([there?.problem?.code, there?.problem?.detail])
    expect(here?.problem?.code).toBe('origin_failed')
    const only = await nodes[0]?.call('GET', `/api/cache/${key}`, { headers: { 'cache-control': 'only-if-cached' } })
    expect(only?.problem?.code).toBe('not_cached')
  })

  it('read many keys with one request to each owner', async () => {
    // Nobody is asked for a sign of life meanwhile: pings are requests too.
    const { nodes, loads } = await startNodeRing(3, () => ({ FRESHET_PEER_SILENCE_MS: '20000' }))
    const keys = Array.from({ length: 300 }, (_, i) => `o:${i}`)
    const read = async () => {
      const reply = await nodes[0]?.call('POST', '/api/cache/mget', {
        body: JSON.stringify({ keys }),
        headers: { 'content-type': 'application/json' },
      })
      return JSON.parse(reply?.text ?? '').items.map(({ value }: { value: string }) => value)
    }
    const before = await nodes[1]?.counters()
    const values = await read()
    expect(loads()).toBe(300)
    expect(await read()).toEqual(values)
    expect(loads()).toBe(300)
    const after = await nodes[1]?.counters()
    expect((after?.peers.served ?? 0) - (before?.peers.served ?? 0)).toBeGreaterThan(100)
    // They are the asker's requests; one of these is the first scrape of this test.
    expect((after?.requests.ok ?? 0) - (before?.requests.ok ?? 0)).toBe(1)
  })

  it('never serve what an invalidation ended while the answer was on its way', async () => {
    const port = await freePort()
    const proxy = await TcpProxy.open(port)
    onTestFinished(() => proxy.close())
    const { nodes, nodeAt, keyWithPreference, pace, origin } = await startNodeRing(2, (id) => ({
      // One read a second is hot: the asker would keep what it is given.
      FRESHET_HOT_READS_PER_S: '1',
      FRESHET_PEER_SILENCE_MS: '20000',
      FRESHET_LEASE_MS: '800',
      ...(id === 'node-2' && { FRESHET_NODE_PORT: String(port), FRESHET_NODE_URL: `http://127.0.0.1:${proxy.port}` }),
    }))
    const [asker] = nodes
    if (asker === undefined) throw new Error('two nodes were started')
    const owner = nodeAt(`http://127.0.0.1:${port}`)
    const key = keyWithPreference('node-2')
    const read = () => asker.call('GET', `/api/cache/${key}`)
    pace.delayMs = 200
    const early = read()
    await expect.poll(() => origin.asked.length).toBe(1)
    proxy.pause()
    // Loaded by now; what the owner answers lies in the proxy.
    await expect.poll(async () => (await owner.counters()).loads.succeeded).toBe(1)
    const receipt = await owner.call('POST', '/api/invalidate', {
      body: JSON.stringify({ keys: [key], wait: 'all' }),
      headers: { 'content-type': 'application/json' },
    })
    expect([receipt.status, JSON.parse(receipt.text).state]).toEqual([200, 'acknowledged'])
    // Joins the request that is under way; it began after the acknowledgement and must not be given its answer.
    const late = read()
    proxy.resume()
    // The first load was over before the invalidation; each later one is as good as any.
    for (const reading of [late, early, read(), owner.call('GET', `/api/cache/${key}`)])
      expect(Number((await reading).text)).toBeGreaterThanOrEqual(2)
  })
})

describe('the header by which nodes pass a read on', () => {
  it('is refused from anybody else, on the lane and on the long way', async () => {
    const { nodes, control, positionAt } = await startNodeRing(1)
    const [node] = nodes
    if (node === undefined) throw new Error('no node')
    const key = control.addKey({ scopes: ['admin'], ratePerSecond: 1_000 })
    await control.publish()
    const call = clientOf(node.url, key)
    await waitFor(async () => (await call('GET', '/api/cache/o:a')).status === 200, 'the key')
    const forwarded = { 'freshet-forwarded': `${await positionAt(node)};to=node-1` }
    for (const extra of [{}, LONG_WAY]) {
      const refused = await call('GET', '/api/cache/o:a', { headers: { ...forwarded, ...extra } })
      expect([refused.status, refused.problem?.code]).toEqual([403, 'scope_missing'])
      expect((await call('GET', '/api/cache/o:a', { headers: { 'freshet-forwarded': 'x', ...extra } })).status).toBe(
        403,
      )
    }
    const batch = await call('POST', '/api/peers/mget', { body: '', headers: forwarded })
    expect([batch.status, batch.problem?.code]).toEqual([403, 'scope_missing'])
  })

  it('gets the same answer on the lane and on the long way', async () => {
    const { nodes, positionAt } = await startNodeRing(1)
    const [node] = nodes
    if (node === undefined) throw new Error('no node')
    await node.call('PUT', '/api/cache/p:1?ttl=60', { body: 'value', headers: { 'surrogate-key': 'a b' } })
    const position = await positionAt(node)
    const cases: [key: string, value: string][] = [
      ['p:1', `${position};to=node-1`],
      ['p:none', `${position};to=node-1`],
      ['p:1', `${position};to=node-9`],
      ['p:1', `0123456789abcdef.0;to=node-1`],
      ['p:1', `${position};to=node-1;mode=cached-only`],
      ['p:none', `${position};to=node-1;mode=cached-only`],
      ['p:1', `${position}`],
      ['p:1', `nonsense`],
    ]
    const statuses = []
    for (const [key, value] of cases) {
      const ask = async (extra: Record<string, string>) => {
        const { status, headers, body, problem } = await node.asNode('GET', `/api/cache/${key}`, {
          headers: { 'freshet-forwarded': value, ...extra },
        })
        const fields = ['content-type', 'freshet-source', 'freshet-stale', 'freshet-missed', 'content-length']
        const kept = fields.map((name) => (name === 'content-length' && problem !== null ? null : headers[name]))
        return { status, kept, body: problem ?? body.toString('latin1') }
      }
      const lane = await ask({})
      expect(lane, value).toEqual(await ask(LONG_WAY))
      statuses.push(lane.status)
    }
    expect(statuses).toEqual([200, 404, 503, 503, 200, 504, 400, 400])
  })

  it('counts for nothing where a read is refused for its rate', async () => {
    const { nodes, control, positionAt } = await startNodeRing(1)
    const [node] = nodes
    if (node === undefined) throw new Error('no node')
    const token = control.addKey({ scopes: ['read'], ratePerSecond: 5 })
    await control.publish()
    const call = clientOf(node.url, token)
    await waitFor(async () => (await call('GET', '/api/cache/o:a')).status === 200, 'the key')
    const headers = { 'freshet-forwarded': `${await positionAt(node)};to=node-1` }
    const statuses = []
    for (let i = 0; i < 20; i++) statuses.push((await call('GET', '/api/cache/o:a', { headers })).status)
    expect(new Set(statuses)).toEqual(new Set([403, 429]))
  })
})
