import { errorCodes } from '@freshet/core/errors/codes'
import { TlsIdentity } from '@freshet/tls/tls-identity'
import type { RouteOptions } from 'fastify'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Recorder } from '../../metrics/recorder.ts'
import type { Access } from '../access.ts'
import type { NodeServices } from '../node-services.ts'
import { createRequestIds } from '../request-id.ts'
import { buildServer } from '../server.ts'
import { createOpenApiDocument } from './document.ts'
import { endpointsOf, parametersOf, responsesOf } from './page/read-document.ts'

const document = createOpenApiDocument('1.2.3')

/** The server as it is built, with nothing behind its routes; `seen` gets every route that it registers. */
async function buildBare(seen: RouteOptions[]) {
  const services = { version: '1.2.3', recorder: new Recorder(() => {}) } as NodeServices
  const access: Access = {
    install: (app) => {
      app.addHook('onRoute', (route) => {
        seen.push(route)
      })
    },
  }
  const options = {
    logger: pino({ level: 'silent' }),
    tls: new TlsIdentity({ certFile: null, keyFile: null, caFile: null, requireClientCerts: false }),
    corsOrigins: [],
    maxBodyBytes: 1_000,
    maxBatchBytes: 1_000,
    maxHeaderBytes: 16_384,
    requestTimeoutMs: 1_000,
    headersTimeoutMs: 1_000,
    keepAliveMs: 1_000,
  }
  return buildServer(services, access, createRequestIds(), options)
}

test('every public route of the server is documented, and every documented route is there', async () => {
  const seen: RouteOptions[] = []
  const { app } = await buildBare(seen)
  const served = new Set(
    seen
      .filter(({ config }) => config?.internal !== true)
      .flatMap(({ method, url }) =>
        [method].flat().map((each) => `${each} ${url.replace('*', '{key}').replaceAll(/:(\w+)/g, '{$1}')}`),
      ),
  )
  const documented = new Set(endpointsOf(document).map(({ method, path }) => `${method} ${path}`))
  // Fastify answers HEAD wherever it answers GET, and that needs no words.
  const implied = [...documented].map((endpoint) => endpoint.replace(/^GET /, 'HEAD '))
  expect([...served].filter((endpoint) => !documented.has(endpoint) && !implied.includes(endpoint))).toEqual([])
  expect([...documented].filter((endpoint) => !served.has(endpoint))).toEqual([])
  expect(documented.size).toBeGreaterThan(10)
  await app.close()
})

test('each operation has an id of its own, words, a group and the errors that any request can meet', () => {
  const endpoints = endpointsOf(document)
  expect(new Set(endpoints.map(({ operation }) => operation.operationId)).size).toBe(endpoints.length)
  const groups = (document.tags ?? []).map(({ name }) => name)
  for (const { operation } of endpoints) {
    expect(operation.summary).toBeTruthy()
    expect(groups).toContain(operation.tags?.[0])
    expect(responsesOf(operation).map(([status]) => status)).toEqual(expect.arrayContaining(['400', '408', '431']))
    if (operation.security?.length !== 0) expect(operation.responses).toHaveProperty('401')
    for (const parameter of parametersOf(operation)) expect(parameter.description, parameter.name).toBeTruthy()
  }
})

test('every reference leads somewhere, and every error code has its example', () => {
  const text = JSON.stringify(document)
  const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)]
  expect(references.length).toBeGreaterThan(50)
  for (const [, kind = '', name = ''] of references)
    expect(document.components?.[kind as 'schemas'], `${kind}/${name}`).toHaveProperty(name)
  expect(Object.keys(document.components?.examples ?? {}).sort()).toEqual(Object.keys(errorCodes).sort())
})

test('the document and its page are served as they are, and not again to who has them', async () => {
  const { app } = await buildBare([])
  const json = await app.inject('/openapi.json')
  expect(json.json()).toEqual(JSON.parse(JSON.stringify(document)))
  for (const url of ['/openapi.json', '/docs']) {
    const first = await app.inject(url)
    expect(first.statusCode).toBe(200)
    const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  }
  await app.close()
})
