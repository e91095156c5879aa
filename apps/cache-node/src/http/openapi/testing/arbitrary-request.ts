import fc from 'fast-check'
import { pack } from 'msgpackr'
import { BINARY_MEDIA_TYPE } from '../../batch/binary-layout.ts'
import { encodeMget, encodeMput } from '../../batch/testing/binary-client.ts'
import type { OpenApiDocument } from '../document.ts'
import { type Endpoint, parametersOf, requestBodyOf, type Schema } from '../page/read-document.ts'
import { arbitraryOfSchema } from './arbitrary-of-schema.ts'
import { METHODS, ODD_FIELDS, ODD_IDS, ODD_KEYS, ODD_QUERIES, ODD_TARGETS } from './odd-input.ts'

/** A request as it goes over the wire. `operationId`: of the operation that it surely reaches; null when it may miss. */
export interface FuzzRequest {
  operationId: string | null
  method: string
  target: string
  headers: [name: string, value: string][]
  body: Buffer
  chunked: boolean
}

/** Keys that are none: the path of another route, or nothing. */
const MAY_MISS = /^(?:keys|mget|mput|%6beys|[?#]|$)/

/**
 * Requests over everything that the document speaks of, mostly as it says and often not. `ids`: of things that there are
 * on the server.
 */
export function arbitraryRequest(
  document: OpenApiDocument,
  endpoints: readonly Endpoint[],
  ids: readonly string[],
): fc.Arbitrary<FuzzRequest> {
  const lawful = fc.constantFrom(...endpoints).chain((endpoint) => requestFor(document, endpoint, ids))
  const stray = fc
    .tuple(lawful, fc.constantFrom(...METHODS), fc.option(fc.constantFrom(...ODD_TARGETS), { nil: undefined }))
    .map(
      ([request, method, target]): FuzzRequest => ({
        ...request,
        operationId: null,
        method,
        target: target ?? request.target,
      }),
    )
  return fc.oneof({ arbitrary: lawful, weight: 4 }, { arbitrary: stray, weight: 1 }).map(described)
}

/** A counterexample is read by people: its body is cut short. */
function described(request: FuzzRequest): FuzzRequest {
  const { operationId, method, target, headers, body, chunked } = request
  const shown = {
    operationId,
    method,
    target,
    headers,
    body: body.toString('latin1', 0, 100),
    bytes: body.length,
    chunked,
  }
  return Object.defineProperty(request, fc.toStringMethod, { value: () => JSON.stringify(shown) })
}

function requestFor(document: OpenApiDocument, endpoint: Endpoint, ids: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((key) => key.isWellFormed())
  const { operationId = null } = endpoint.operation
  return fc
    .record({
      // A few plain ones often: what one request wrote another must find before a third invalidates it.
      key: fc.oneof(
        { arbitrary: fc.constantFrom('a', 'b', 'shop:1'), weight: 2 },
        fc.constantFrom(...ODD_KEYS),
        text.map(encodeURIComponent),
      ),
      id: fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 3 }, fc.constantFrom(...ODD_IDS)),
      query: fc.option(fc.constantFrom(...ODD_QUERIES), { nil: '', freq: 2 }),
      headers: headersFor(endpoint),
      content: contentFor(document, endpoint),
      chunked: fc.boolean(),
    })
    .map(
      ({ key, id, query, headers, content, chunked }): FuzzRequest => ({
        operationId: endpoint.path.includes('{key}') && MAY_MISS.test(key) ? null : operationId,
        method: endpoint.method,
        target: endpoint.path.replace('{key}', () => key).replace('{id}', id) + query,
        headers: [...content.headers, ...headers],
        body: content.body,
        chunked,
      }),
    )
}

/** A field value by RFC 9110: no CR, LF or NUL, one character an octet. */
const octet = fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f)
const fieldValue = fc.string({ unit: octet.map((code) => String.fromCharCode(code)) })

function headersFor(endpoint: Endpoint): fc.Arbitrary<[string, string][]> {
  const documented = parametersOf(endpoint.operation)
    .filter((parameter) => parameter.in === 'header')
    .map(({ name, schema }) => fc.tuple(fc.constant(name), fc.oneof(fc.constant(exampleOf(schema)), fieldValue)))
  return fc.uniqueArray(fc.oneof(fc.constantFrom(...ODD_FIELDS), ...documented), {
    maxLength: 4,
    selector: ([name]) => name.toLowerCase(),
  })
}

function exampleOf(schema: Schema | undefined): string {
  return schema === undefined || '$ref' in schema ? '*' : String(schema.example ?? '*')
}

type Content = Pick<FuzzRequest, 'headers' | 'body'>

const EMPTY: Content = { headers: [], body: Buffer.alloc(0) }
const octets = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  // One byte more than the limits that the test sets, and members that reach for a prototype.
  fc.constantFrom(
    Buffer.alloc(20_001),
    Buffer.alloc(60_001, '['),
    Buffer.from('{"__proto__":{"keys":["a"]},"keys":["a"]}'),
  ),
)

function contentFor(document: OpenApiDocument, endpoint: Endpoint): fc.Arbitrary<Content> {
  const bodies = requestBodyOf(endpoint.operation)
  const stranger = octets.map((body): Content => ({ headers: [['Content-Type', 'application/json']], body }))
  if (bodies.length === 0) return fc.oneof({ arbitrary: fc.constant(EMPTY), weight: 9 }, stranger)
  const lawful = bodies.map(([mediaType, { schema = {}, example }]) =>
    mediaType === BINARY_MEDIA_TYPE || ('format' in schema && schema.format === 'binary')
      ? binaryContent(mediaType, endpoint)
      : fc
          // The example has names that mean something; of the schema only lengths are heeded.
          .oneof(arbitraryOfSchema(document, schema), ...(example === undefined ? [] : [fc.constant(example)]))
          .map((value) => documentContent(mediaType, value)),
  )
  const damaged = fc
    .tuple(fc.oneof(...lawful), fc.nat(), fc.nat(255))
    .map(([{ headers, body }, at, replacement]): Content => {
      const copy = Buffer.from(body)
      if (copy.length > 0) copy[at % copy.length] = replacement
      return { headers, body: copy }
    })
  return fc.oneof({ arbitrary: fc.oneof(...lawful), weight: 4 }, damaged, stranger, fc.constant(EMPTY))
}

function documentContent(mediaType: string, value: unknown): Content {
  const body = mediaType === 'application/msgpack' ? pack(value) : Buffer.from(JSON.stringify(value))
  return { headers: [['Content-Type', mediaType]], body }
}

/** Octets: the binary form of batches, or any value. */
function binaryContent(mediaType: string, endpoint: Endpoint): fc.Arbitrary<Content> {
  if (mediaType !== BINARY_MEDIA_TYPE)
    return octets.map((body) => ({ headers: [['Content-Type', 'application/octet-stream']], body }))
  const key = fc.constantFrom('a', 'b', 'shop:1', '', '__proto__', 'k'.repeat(513), 'a\0b')
  const body = endpoint.path.endsWith('mget')
    ? fc.array(key, { maxLength: 5 }).map(encodeMget)
    : fc.array(fc.record({ key, body: octets }), { maxLength: 3 }).map(encodeMput)
  return body.map((encoded) => ({ headers: [['Content-Type', mediaType]], body: encoded }))
}
