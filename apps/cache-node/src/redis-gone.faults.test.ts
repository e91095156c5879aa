import { describe, expect, it } from 'vitest'
import { clientOf, startTestCluster } from './testing/test-node.ts'
import { startTestOrigin } from './testing/test-origin.ts'

const POLICIES = ['stale', 'bypass', 'refuse'] as const

/** A node with a namespace for each way of living without the log; all have an origin that counts its values. */
async function setUp() {
  const { server, control, token, startTestNode } = await startTestCluster({ appendonly: true })
  let served = 0
  const origin = await startTestOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=60' }).end(`value ${++served}`)
  })
  const url = `${origin.url}/{0}/{1}`
  control.setPolicies(...POLICIES.map((whenDegraded) => ({ name: whenDegraded, whenDegraded, origin: { url } })))
  await control.publish()
  const node = await startTestNode({ FRESHET_LEASE_MS: '1000' })
  const ask = clientOf(node, token)
  const get = async (key: string) => {
    const startedMs = performance.now()
    const { status, text, headers, problem } = await ask('GET', `/api/cache/${key}`)
    return {
      status,
      text,
      code: problem?.code,
      cacheStatus: headers['cache-status'] ?? '',
      ms: performance.now() - startedMs,
    }
  }
  const stateOf = async () => JSON.parse((await ask('GET', '/health')).text).coherence.state
  return { server, get, ask, stateOf }
}

describe.each(['SIGSTOP', 'SIGKILL'] as const)('Redis gone by %s', (signal) => {
  it('within the lease hits are hits; then each namespace does as its policy says, and nobody waits for Redis', async () => {
    const { server, get, ask, stateOf } = await setUp()
    const before = Object.fromEntries(
      await Promise.all(POLICIES.map(async (name) => [name, (await get(`${name}:1`)).text] as const)),
    )
    server.kill(signal)
    for (const name of POLICIES) expect(await get(`${name}:1`)).toMatchObject({ status: 200, text: before[name] })

    await expect.poll(stateOf).toBe('degraded')
    const [stale, bypass, refuse] = await Promise.all(POLICIES.map((name) => get(`${name}:1`)))
    expect(stale).toMatchObject({ status: 200, text: before.stale })
    expect(stale?.cacheStatus).toContain('degraded')
    expect(bypass?.status).toBe(200)
    expect(bypass?.text).not.toBe(before.bypass)
    expect(refuse).toMatchObject({ status: 503, code: 'degraded' })
    const unknown = await get('stale:2')
    expect(unknown.status).toBe(200)
    for (const { ms } of [stale, bypass, refuse, unknown].filter((one) => one !== undefined))
      expect(ms).toBeLessThan(1_000)
    expect((await ask('PUT', '/api/cache/stale:3', { body: 'x' })).problem?.code).toBe('log_unavailable')

    if (signal === 'SIGSTOP') server.kill('SIGCONT')
    else await server.restart()
    await expect.poll(stateOf, { timeout: 15_000 }).toBe('coherent')
    await expect.poll(async () => (await get('refuse:1')).status).toBe(200)
    await expect.poll(async () => (await ask('PUT', '/api/cache/stale:3', { body: 'x' })).status).toBe(204)
  })
})
