import { context, propagation, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import { afterEach, expect, test } from 'vitest'
import { createCache } from './create-cache.ts'
import { problem, scriptedFetch, type Turn } from './testing/scripted-fetch.ts'

afterEach(() => {
  trace.disable()
  propagation.disable()
})

/** An application's own OpenTelemetry, as far as a client can tell. */
function traceAll() {
  const spans: { name: string; attributes: Record<string, unknown>; status: number | null; ended: boolean }[] = []
  const tracer = {
    startActiveSpan(name: string, options: { attributes?: object }, run: (span: Span) => unknown) {
      const record = {
        name,
        attributes: { ...options.attributes } as Record<string, unknown>,
        status: null,
        ended: false,
      }
      spans.push(record)
      const span = {
        setAttribute: (key: string, value: unknown) => Object.assign(record.attributes, { [key]: value }),
        setStatus: ({ code }: { code: number }) => Object.assign(record, { status: code }),
        recordException: () => {},
        end: () => Object.assign(record, { ended: true }),
      }
      return run(span as never)
    },
  }
  trace.setGlobalTracerProvider({ getTracer: () => tracer as never as Tracer })
  propagation.setGlobalPropagator({
    inject: (_context, carrier, setter) => setter.set(carrier, 'traceparent', '00-trace-span-01'),
    extract: () => context.active(),
    fields: () => ['traceparent'],
  })
  return spans
}

const VALUE: Turn = { status: 200, body: '1', headers: { 'cache-status': 'freshet; hit; ttl=9; detail=l1' } }
const setUp = (turn: Turn) => {
  const scripted = scriptedFetch((_host, _nth, url) => (url.pathname === '/api/topology' ? { status: 304 } : turn))
  const cache = createCache({ url: 'http://a', apiKey: 'k', routing: 'any', fetch: scripted.fetch })
  return { ...scripted, cache }
}

test('each call is a span that says what came of it, and its requests belong to the trace', async () => {
  const spans = traceAll()
  const { cache, asked } = setUp(VALUE)
  await cache.get('users:42')
  await cache.getOrSet('users:42', () => 2)
  expect(spans.map(({ name }) => name)).toEqual(['freshet get', 'freshet getOrSet'])
  expect(spans[0]).toMatchObject({
    attributes: { 'freshet.operation': 'get', 'freshet.namespace': 'users', 'freshet.source': 'l1' },
    ended: true,
  })
  // A key may name a person.
  expect(JSON.stringify(spans)).not.toContain('42')
  expect(asked.every(({ headers }) => headers.get('traceparent') === '00-trace-span-01')).toBe(true)
})

test('a call that fails marks its span', async () => {
  const spans = traceAll()
  const { cache } = setUp(problem(403, 'scope_missing'))
  await expect(cache.get('users:42')).rejects.toMatchObject({ code: 'scope_missing' })
  expect(spans[0]).toMatchObject({ status: SpanStatusCode.ERROR, ended: true })
})

test('an application without tracing notices nothing', async () => {
  const { cache, asked } = setUp(VALUE)
  expect(await cache.get('users:42')).toBe(1)
  expect(asked[0]?.headers.has('traceparent')).toBe(false)
})
