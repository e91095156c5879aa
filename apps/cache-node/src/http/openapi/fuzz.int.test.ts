import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { NodeDrain, NodeList, Topology } from '@freshet/core/contracts/node-registry'
import { errorCodes } from '@freshet/core/errors/codes'
import { Receipt } from '@freshet/core/invalidation/receipt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { clientOf, startTestCluster, waitFor } from '../../testing/test-node.ts'
import { startTestOrigin } from '../../testing/test-origin.ts'
import { MgetReply, MputReply } from '../batch/replies.ts'
import { BulkRunReply } from '../routes/bulk.ts'
import { EventReply } from '../routes/events.ts'
import { ListKeysReply } from '../routes/list-keys.ts'
import { PreviewReply } from '../routes/preview.ts'
import { createOpenApiDocument } from './document.ts'
import { endpointsOf, requestBodyOf, responsesOf } from './page/read-document.ts'
import { ProblemDocument } from './problems.ts'
import { arbitraryRequest, type FuzzRequest } from './testing/arbitrary-request.ts'
import { ODD_LINES } from './testing/odd-input.ts'
import { exchangeRaw, type RawResponse } from './testing/raw-exchange.ts'
import { renderRequest } from './testing/render-request.ts'

/** Another seed for other requests; a failure prints the one to repeat it. */
const SEED = Number(process.env.FRESHET_FUZZ_SEED ?? 2)
const RUNS = Number(process.env.FRESHET_FUZZ_RUNS ?? 1_500)

/** Longer than a busy machine stands still: a node without its lease would be right to answer with errors. */
const LEASE_MS = '2000'

const document = createOpenApiDocument('fuzz')
const endpoints = endpointsOf(document)

const CONTRACTS: Record<string, z.ZodType> = {
  readMany: MgetReply,
  writeMany: MputReply,
  listKeys: ListKeysReply,
  previewInvalidation: PreviewReply,
  readReceipt: Receipt,
  readBulkRun: BulkRunReply,
  sendEvent: EventReply,
  readMetrics: NodeMetrics,
  readTopology: Topology,
  listNodes: NodeList,
  drainNode: NodeDrain,
  undrainNode: NodeDrain,
}

async function setUp() {
  const cluster = await startTestCluster()
  const origin = await startTestOrigin((request, response) => {
    response.writeHead(request.url?.includes('2') ? 404 : 200, { 'content-type': 'text/plain' }).end('from the origin')
  })
  cluster.control.setPolicies({ name: 'shop', origin: { url: `${origin.url}/items/{rest}` } })
  const foreign = cluster.control.addKey({ scopes: ['read', 'write'], namespaces: ['users'] })
  const revision = await cluster.control.publish()
  const url = await cluster.startTestNode({
    FRESHET_LEASE_MS: LEASE_MS,
    FRESHET_MAX_VALUE_BYTES: '20000',
    FRESHET_MAX_BATCH_BYTES: '60000',
    FRESHET_REQUEST_TIMEOUT_MS: '3000',
    FRESHET_HEADERS_TIMEOUT_MS: '1000',
    FRESHET_RATE_LIST: '0',
  })
  // Somebody to drain: not the one that is asked.
  await cluster.startTestNode({ FRESHET_NODE_ID: 'another', FRESHET_LEASE_MS: LEASE_MS })
  const call = clientOf(url, cluster.token)
  await waitFor(
    async () => (await call('GET', '/api/metrics')).text.includes(`"controlRevision":${revision}`),
    'the policy',
  )
  const removed = await call('DELETE', '/api/cache/a')
  const { headers } = await call('GET', '/api/cache/leased', { headers: { 'freshet-lease': 'request' } })
  giveExample('releaseLease', { key: 'leased', token: headers['freshet-lease'] })
  const bulk = await call('POST', '/api/invalidate/bulk', { body: 'a', headers: { 'content-type': 'text/plain' } })
  const ids = ['another', String(removed.headers['freshet-receipt']), BulkRunReply.parse(JSON.parse(bulk.text)).id]
  return { url, call, token: cluster.token, foreign, origin, requests: arbitraryRequest(document, endpoints, ids) }
}

/** Tokens are signed: none that the document could give, or chance, would be taken. */
function giveExample(operationId: string, example: unknown): void {
  const endpoint = endpoints.find(({ operation }) => operation.operationId === operationId)
  if (endpoint === undefined) throw new Error(`no operation ${operationId}`)
  for (const [, content] of requestBodyOf(endpoint.operation)) content.example = example
}

/** What must hold of any answer to anything. */
function check(request: FuzzRequest | null, response: RawResponse): void {
  const { status, headers, body } = response
  const said = `${request?.method} ${request?.target} -> ${status} ${body.toString('utf8', 0, 300)}`
  if (status >= 400) checkProblem(request, response, said)
  // 504 is what only-if-cached asks for, and 503 who names an epoch that never was.
  if (status >= 500)
    expect(`${body} ${headers.get('cache-status')}`, said).toMatch(/not_cached|degraded.*(coherent|Freshet-Min-Epoch)/)
  const operation = endpoints.find((endpoint) => endpoint.operation.operationId === request?.operationId)?.operation
  if (operation === undefined) return
  expect(
    responsesOf(operation).map(([documented]) => Number(documented)),
    said,
  ).toContain(status)
  expect(headers.get('x-request-id'), said).toBeTruthy()
  if (status !== 200 || !headers.get('content-type')?.startsWith('application/json')) return
  const parsed = CONTRACTS[operation.operationId ?? '']?.safeParse(JSON.parse(body.toString()))
  if (parsed !== undefined) expect(parsed.error, said).toBeUndefined()
}

function checkProblem(request: FuzzRequest | null, { status, headers, body }: RawResponse, said: string): void {
  if (request?.method === 'HEAD') return
  expect(headers.get('content-type'), said).toMatch(/^application\/problem\+json/)
  const problem = ProblemDocument.parse(JSON.parse(body.toString()))
  expect(errorCodes[problem.code].status, said).toBe(status)
  expect(body.length, said).toBeLessThan(4_096)
}

async function checkStillServing(call: ReturnType<typeof clientOf>): Promise<void> {
  expect((await call('PUT', '/api/cache/after', { body: 'all of this' })).status).toBe(204)
  expect((await call('GET', '/api/cache/after')).text).toBe('all of this')
  expect((await call('GET', '/readyz')).status).toBe(200)
}

test('whatever is asked along the document gets an answer that the document knows', { timeout: 120_000 }, async () => {
  const { url, call, token, foreign, requests } = await setUp()
  const credential = fc.oneof(
    { arbitrary: fc.constant(token), weight: 8 },
    fc.constantFrom(foreign, null, 'nonsense', `fk_${'a'.repeat(12)}_${'b'.repeat(43)}`, 'a.b.c', ''),
  )
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(requests, credential), { minLength: 1, maxLength: 4 }), async (sequence) => {
      const last = sequence.length - 1
      const bytes = sequence.map(([request, who], i) => renderRequest(request, who, i === last))
      const methods = sequence.map(([{ method }]) => method)
      const { responses, rest, ended } = await exchangeRaw(url, Buffer.concat(bytes), methods)
      expect(ended, 'the connection').not.toBe('hung')
      expect(rest.toString(), 'no half answers, no answers to nothing').toBe('')
      expect(responses.length).toBeLessThanOrEqual(sequence.length)
      for (const [i, response] of responses.entries()) {
        const request = sequence[i]?.[0] ?? null
        check(request, response)
        seen.add(`${request?.operationId} ${Math.floor(response.status / 100)}`)
        seen.add(String(response.status))
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  await checkStillServing(call)
  // A fuzzer whose every request is refused at the door proves nothing.
  const unanswered = endpoints.filter(({ operation }) => !seen.has(`${operation.operationId} 2`))
  expect(unanswered.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  expect([...seen]).toEqual(expect.arrayContaining(['400', '401', '403', '404', '413', '415', '422']))
})

test('bytes that are no request are refused or closed upon, and others are still served', {
  timeout: 120_000,
}, async () => {
  const { url, call, token, requests } = await setUp()
  const lines = fc.constantFrom(...ODD_LINES).map((line) => line.replace('%TOKEN%', token))
  const ending = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', '')
  const garbage = fc.oneof(
    fc
      .array(fc.tuple(lines, ending), { minLength: 1, maxLength: 10 })
      .map((pairs) => Buffer.from(pairs.flat().join(''), 'latin1')),
    fc.uint8Array({ minLength: 1, maxLength: 400 }).map((array) => Buffer.from(array)),
    fc.tuple(requests, fc.double({ min: 0, max: 1, noNaN: true })).map(([request, part]) => {
      const whole = renderRequest(request, token, true)
      return whole.subarray(0, Math.floor(whole.length * part))
    }),
  )
  let answered = 0
  await fc.assert(
    fc.asyncProperty(garbage, async (bytes) => {
      const { responses, ended } = await exchangeRaw(url, bytes, [], { halfClose: true })
      expect(ended).not.toBe('hung')
      for (const response of responses) check(null, response)
      answered += responses.length
    }),
    { numRuns: RUNS, seed: SEED },
  )
  expect(answered).toBeGreaterThan(RUNS / 10)
  await checkStillServing(call)
})

test('requests that stop half way are timed out with 408, and hold nothing up', async () => {
  const { url, call, token } = await setUp()
  const head = `PUT /api/cache/slow HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Length: 10\r\n`
  const stalled = [head, `${head}\r\n12345`, 'GET /api/cache/a HT'].map((bytes) =>
    exchangeRaw(url, Buffer.from(bytes), ['PUT']),
  )
  await checkStillServing(call)
  for (const { responses, ended } of await Promise.all(stalled)) {
    expect(ended).not.toBe('hung')
    expect(responses.map(({ status }) => status)).toEqual([408])
    for (const response of responses) check(null, response)
  }
  expect((await call('GET', '/api/cache/slow')).status).toBe(404)
})
