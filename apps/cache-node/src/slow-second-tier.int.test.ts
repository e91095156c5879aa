import { startRedis } from '@freshet/testing/redis'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { expect, it, onTestFinished } from 'vitest'
import { clientOf, startTestCluster } from './testing/test-node.ts'
import { startTestOrigin } from './testing/test-origin.ts'

/** A node whose second tier lies behind a link that the test can stop, and an origin for the namespace `shop`. */
async function setUp() {
  const { control, token, startTestNode } = await startTestCluster()
  const l2 = await startRedis()
  const link = await TcpProxy.open(l2.port)
  onTestFinished(async () => {
    await link.close()
    await l2.stop()
  })
  const origin = await startTestOrigin((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=60' }).end('from the origin')
  })
  control.setPolicies({ name: 'shop', origin: { url: `${origin.url}/{1}` } })
  await control.publish()
  const url = await startTestNode({
    L2_REDIS_URL: `redis://127.0.0.1:${link.port}`,
    FRESHET_L2_TIMEOUT_MS: '80',
    // Silence alone must not be what ends the wait.
    FRESHET_L2_STALL_MS: '60000',
  })
  const ask = clientOf(url, token)
  const timed = async (path: string) => {
    const startedMs = performance.now()
    const { status, text } = await ask('GET', path)
    return { status, text, ms: performance.now() - startedMs }
  }
  const breaker = async () => /^l2_breaker_open (\d)/m.exec((await ask('GET', '/metrics')).text)?.[1]
  return { link, origin, ask, timed, breaker }
}

it('a second tier that says nothing costs a read its limit, then nothing, and is asked again when it is back', async () => {
  const { link, origin, ask, timed, breaker } = await setUp()
  expect((await ask('PUT', '/api/cache/shop:kept', { body: 'kept' })).status).toBe(204)
  link.pause()
  const held = await timed('/api/cache/shop:kept')
  expect(held).toMatchObject({ status: 200, text: 'kept' })

  let misses = 0
  const miss = () => timed(`/api/cache/shop:${misses++}`)
  const first = await miss()
  expect(first).toMatchObject({ status: 200, text: 'from the origin' })
  expect(first.ms).toBeGreaterThan(70)
  await expect.poll(() => miss().then(breaker)).toBe('1')
  // Now and then one of them is sent to find out; the others pay nothing.
  await expect.poll(async () => (await miss()).ms).toBeLessThan(70)
  expect(origin.asked).toHaveLength(misses)

  link.resume()
  await expect.poll(() => miss().then(breaker)).toBe('0')
})

it('a write waits for a slow second tier for as long as its link lives', async () => {
  const { link, ask } = await setUp()
  link.pause()
  const writing = ask('PUT', '/api/cache/shop:1', { body: 'new' })
  await new Promise((resolve) => setTimeout(resolve, 300))
  link.resume()
  expect((await writing).status).toBe(204)
})
