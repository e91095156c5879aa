import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { generateLoad } from './generate-load.ts'
import { Nodes } from './nodes.ts'
import type { PlannedRequest } from './planned-requests.ts'
import { Sender } from './sender.ts'
import { emptyTally } from './tally.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Nodes as far as a client can see them. */
const servers: Server[] = []
let stop: AbortController

beforeEach(() => {
  stop = new AbortController()
})

afterEach(async () => {
  stop.abort()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function startNode(handler: Handler, port = 0): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: taken } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${taken}`, port: taken, server }
}

async function* endless(): AsyncGenerator<PlannedRequest> {
  for (let i = 0; ; i++) yield { kind: 'get', key: `products:${i % 50}`, revalidate: false }
}

function load(urls: string[], change: Partial<Parameters<typeof generateLoad>[0]> = {}) {
  const sender = new Sender(new Nodes(urls), 'fk_key')
  const tally = emptyTally()
  const running = generateLoad(
    {
      requests: endless(),
      send: (request) => sender.send(request),
      ratePerSecond: 200,
      dayMs: 1e9,
      maxInFlight: 64,
      tally,
      ...change,
    },
    stop.signal,
  ).finally(() => sender.close())
  return { running, tally }
}

it('keeps its rate, and stops when it is told to with nothing left under way', async () => {
  let served = 0
  const { url } = await startNode((_request, response) => {
    served++
    response.end('x')
  })
  const startedMs = performance.now()
  const { running, tally } = load([url])
  await expect.poll(() => tally.sent).toBeGreaterThan(100)
  stop.abort()
  await running
  // 200 a second, however long the machine took.
  expect(tally.sent).toBeLessThan(0.23 * (performance.now() - startedMs))
  expect(tally.ok).toBe(tally.sent)
  expect(served).toBe(tally.sent)
})

it('never has more under way than it may, however slow the nodes are', async () => {
  let now = 0
  let most = 0
  const { url } = await startNode((_request, response) => {
    most = Math.max(most, ++now)
    setTimeout(() => {
      now--
      response.end()
    }, 100)
  })
  const { running, tally } = load([url], { ratePerSecond: 1_000, maxInFlight: 8 })
  await expect.poll(() => tally.skipped).toBeGreaterThan(100)
  stop.abort()
  await running
  expect(most).toBe(8)
})

it('goes on with the other node while one is away, and uses it again when it is back', async () => {
  const answer: Handler = (_request, response) => void response.end('x')
  const stays = await startNode(answer)
  const leaves = await startNode(answer)
  const { running, tally } = load([stays.url, leaves.url])
  await sleep(200)
  leaves.server.closeAllConnections()
  await new Promise((resolve) => leaves.server.close(resolve))
  await sleep(500)
  let servedAgain = 0
  await startNode((_request, response) => {
    servedAgain++
    response.end('x')
  }, leaves.port)
  await expect.poll(() => servedAgain).toBeGreaterThan(10)
  stop.abort()
  await running
  expect(tally.failed).toBe(0)
  expect(tally.ok).toBe(tally.sent)
})

it('counts what nobody answers and lives on', async () => {
  const { running, tally } = load(['http://127.0.0.1:1'])
  await expect.poll(() => tally.failed).toBeGreaterThan(20)
  stop.abort()
  await running
  expect(tally.failed).toBe(tally.sent)
})

it('sends each kind of request as the nodes understand it', async () => {
  const seen: string[] = []
  const { url } = await startNode((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { authorization, 'cache-control': control, 'surrogate-key': tags, 'if-none-match': etag } = request.headers
      seen.push([request.method, request.url, authorization, control, tags, etag, body].filter(Boolean).join(' '))
      response.writeHead(etag ? 304 : 200, { etag: '"v1"' }).end()
    })
  })
  const sender = new Sender(new Nodes([url]), 'fk_key')
  const get = { kind: 'get', key: 'search:oak desk', revalidate: true } as const
  expect(await sender.send(get)).toBe(200)
  expect(await sender.send(get)).toBe(304)
  await sender.send({ kind: 'mget', keys: ['a:1', 'b:2'] })
  await sender.send({ kind: 'put', key: 'sessions:1', document: { cart: [7] }, maxAgeS: 60, tags: ['a', 'b'] })
  await sender.close()
  expect(seen).toEqual([
    'GET /api/cache/search%3Aoak%20desk Bearer fk_key',
    'GET /api/cache/search%3Aoak%20desk Bearer fk_key "v1"',
    'POST /api/cache/mget Bearer fk_key {"keys":["a:1","b:2"]}',
    'PUT /api/cache/sessions%3A1 Bearer fk_key max-age=60 a b {"cart":[7]}',
  ])
})
