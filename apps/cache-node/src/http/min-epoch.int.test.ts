import { describe, expect, it } from 'vitest'
import { postJson, startThreeNodes } from '../testing/three-nodes.ts'

const naming = (epoch: string | undefined) => ({ headers: { 'freshet-min-epoch': epoch ?? '' } })

/** The epoch after the newest: one that nobody has applied. */
const after = (epoch: string | undefined) => (epoch ?? '').replace(/\d+$/, (number) => String(Number(number) + 1))

describe('a reader that names an epoch', () => {
  it('reads its own write on any node', async () => {
    const { nodes, warm } = await startThreeNodes()
    for (let turn = 0; turn < 10; turn++) {
      const before = await warm(`shop:${turn}`)
      const { headers } = await postJson(nodes[0], '/api/invalidate', { keys: [`shop:${turn}`], wait: 'none' })
      const answers = await Promise.all(
        nodes.map((node) => node('GET', `/api/cache/shop:${turn}`, naming(headers['freshet-epoch']))),
      )
      for (const { status, text } of answers) expect([status, text === before]).toEqual([200, false])
    }
  })

  it('gets a load of its own where the node cannot come so far, and no value that was cached', async () => {
    const { nodes, startBehindProxy, warm } = await startThreeNodes()
    const { node: behind, proxy } = await startBehindProxy({ FRESHET_LEASE_MS: '60000' })
    const before = await warm('shop:1')
    expect((await behind('GET', '/api/cache/shop:1')).text).toBe(before)
    const written = await nodes[0]('PUT', '/api/cache/plain:1', { body: 'x' })
    expect((await behind('GET', '/api/cache/plain:1', naming(written.headers['freshet-epoch']))).text).toBe('x')
    proxy.pause()
    const { headers } = await postJson(nodes[0], '/api/invalidate', { tags: ['t'], wait: 'none' })
    const epoch = headers['freshet-epoch']
    // Without the field it does not know better, and its lease runs.
    expect((await behind('GET', '/api/cache/shop:1')).text).toBe(before)
    const anew = await behind('GET', '/api/cache/shop:1', naming(epoch))
    expect([anew.status, anew.text === before]).toEqual([200, false])
    expect(anew.headers['cache-status']).toMatch(/fwd=request/)

    for (const [method, path, extra] of [
      ['GET', '/api/cache/plain:1', {}],
      ['GET', '/api/cache/shop:1', { 'cache-control': 'only-if-cached' }],
      ['HEAD', '/api/cache/shop:1', {}],
    ] as const) {
      const answer = await behind(method, path, { headers: { ...naming(epoch).headers, ...extra } })
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
      if (method === 'GET')
        expect(answer.problem).toMatchObject({ code: 'degraded', field: 'Freshet-Min-Epoch', state: 'coherent' })
    }
    const batch = await behind('POST', '/api/cache/mget', {
      body: '{"keys":["shop:1","plain:1"]}',
      headers: { 'content-type': 'application/json', ...naming(epoch).headers },
    })
    expect(JSON.parse(batch.text).items).toMatchObject([
      { status: 'hit' },
      { key: 'plain:1', status: 'error', code: 'degraded' },
    ])
  })

  it('does not wait for what never was, nor for another generation', async () => {
    const { nodes } = await startThreeNodes()
    const { headers } = await nodes[0]('PUT', '/api/cache/plain:1', { body: 'x' })
    const never = await nodes[0]('GET', '/api/cache/plain:1', naming(after(headers['freshet-epoch'])))
    expect([never.status, never.problem?.code]).toEqual([503, 'degraded'])
    const tookMs: number[] = []
    for (let i = 0; i < 5; i++) {
      const startedMs = performance.now()
      const other = await nodes[0]('GET', '/api/cache/plain:1', naming('0123456789abcdef.1'))
      expect([other.status, other.problem?.code]).toEqual([503, 'degraded'])
      tookMs.push(performance.now() - startedMs)
    }
    // A wait would be a second; the quickest of several shows that there is none on a busy machine too.
    expect(Math.min(...tookMs)).toBeLessThan(900)
  })

  it('is told when it names none', async () => {
    const { nodes } = await startThreeNodes()
    for (const text of ['7', 'x.1', '0123456789abcdef', '0123456789abcdef.-1', '']) {
      const { status, problem } = await nodes[0]('GET', '/api/cache/plain:1', naming(text))
      expect([status, problem?.code, problem?.field]).toEqual([422, 'invalid', 'Freshet-Min-Epoch'])
    }
  })
})
