import { expect, test } from 'vitest'
import { idleNodeMetrics } from '../testing/node-metrics.ts'
import { type Fetch, scrapeNode } from './scrape-node.ts'

const answering =
  (body: unknown, status = 200): Fetch =>
  async () =>
    Response.json(body, { status })

test('a node is asked for its metrics with the internal token', async () => {
  const asked: unknown[] = []
  const fetch: Fetch = async (url, { headers }) => {
    asked.push(url, headers.authorization)
    return Response.json(idleNodeMetrics())
  }
  expect(await scrapeNode(fetch, 'http://10.0.0.7:9400', 'fi_x')).toEqual(idleNodeMetrics())
  expect(asked).toEqual(['http://10.0.0.7:9400/api/metrics', 'Bearer fi_x'])
})

test.each<[string, Fetch]>([
  ['refuses', answering({ code: 'unauthenticated' }, 401)],
  ['answers with something else', answering({ hello: 'world' })],
  ['answers with half a document', async () => new Response('{"node":')],
  ['closes the connection', () => Promise.reject(new TypeError('fetch failed'))],
])('a node that %s cannot be read', async (_case, fetch) => {
  expect(await scrapeNode(fetch, 'http://node.test', 't')).toBeNull()
})

test('a node that hangs is given up', async () => {
  const hanging: Fetch = (_url, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  const startedMs = performance.now()
  expect(await scrapeNode(hanging, 'http://node.test', 't')).toBeNull()
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})
