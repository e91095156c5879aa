import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { FreshetError } from '../errors/freshet-error.ts'
import { servePortal } from '../testing/serve-portal.ts'
import { type AdminClient, createAdminClient } from './admin-client.ts'

let portal: Awaited<ReturnType<typeof servePortal>>
let admin: AdminClient
beforeAll(async () => {
  portal = await servePortal()
  admin = createAdminClient({ url: portal.url, apiKey: await portal.mintKey(['admin']) })
})
afterAll(() => portal.stop())

const failureOf = (work: Promise<unknown>): Promise<FreshetError> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => (error instanceof FreshetError ? error : Promise.reject(error)),
  )

test('a namespace is declared, changed and read, typed as the portal types it', async () => {
  const declared = await admin.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: 30_000 } })
  expect(declared.propagation).toBe('published')
  const { policy } = await admin.namespaces.get.query({ name: 'shop' })
  expect(policy).toMatchObject({ name: 'shop', ttlMs: 30_000, writes: 'any' })
  expectTypeOf(policy.ttlMs).toEqualTypeOf<number>()
  expectTypeOf(policy.writes).toEqualTypeOf<'any' | 'leased'>()
  expectTypeOf(admin.namespaces.get.query).parameter(0).toEqualTypeOf<{ name: string }>()
  expectTypeOf(admin.cluster.history.query).parameter(0).toEqualTypeOf<{ window: '1m' | '5m' | '1h' | '24h' }>()
})

test('calls of one turn travel in one request', async () => {
  portal.requests.length = 0
  await Promise.all([admin.namespaces.list.query(), admin.apiKeys.list.query()])
  expect(portal.requests).toEqual(['GET /api/trpc/namespaces.list,apiKeys.list'])
})

test('a refusal has the portal’s code, the field, the HTTP status and the request’s id', async () => {
  const invalid = await failureOf(admin.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: -6 } }))
  expect(invalid).toMatchObject({ code: 'invalid', facts: { status: 422, field: 'policy.ttlMs' } })
  expect(invalid.facts.requestId).toMatch(/./)
  const stranger = createAdminClient({ url: portal.url, apiKey: 'fk_nobody' })
  expect(await failureOf(stranger.namespaces.list.query())).toMatchObject({ code: 'unauthenticated' })
})

test('a key reaches no further than its namespaces', async () => {
  const ofUsers = createAdminClient({ url: portal.url, apiKey: await portal.mintKey(['read'], ['users']) })
  expect((await ofUsers.namespaces.list.query()).items).toEqual([])
  expect(await failureOf(ofUsers.namespaces.get.query({ name: 'shop' }))).toMatchObject({ code: 'namespace_forbidden' })
})

test('live figures are an async iterable that ends with its reader', async () => {
  const seen: string[] = []
  for await (const { id, data } of admin.cluster.live.subscribe()) {
    expectTypeOf(data.total.hitRatio).toEqualTypeOf<number | null>()
    expect(data.problems).toContainEqual(expect.stringContaining('No cache node'))
    if (seen.push(id) === 2) break
  }
  expect(new Set(seen).size).toBe(2)
})

test('a stream without the right to it ends with the refusal', async () => {
  const stranger = createAdminClient({ url: portal.url, apiKey: 'fk_nobody' })
  const read = async () => {
    for await (const _ of stranger.cluster.live.subscribe()) throw new Error('it was told something')
  }
  expect(await failureOf(read())).toMatchObject({ code: 'unauthenticated' })
})

test('a signal ends a call and a stream with its own reason', async () => {
  const reason = new Error('no longer wanted')
  const aborted = AbortSignal.abort(reason)
  await expect(admin.namespaces.list.query(undefined, { signal: aborted })).rejects.toBe(reason)
  const controller = new AbortController()
  const read = async () => {
    for await (const _ of admin.cluster.live.subscribe({}, { signal: controller.signal })) controller.abort(reason)
  }
  await expect(read()).rejects.toBe(reason)
})

test('a portal that is not there is unreachable', async () => {
  const nowhere = createAdminClient({ url: 'http://127.0.0.1:1', apiKey: 'fk_x' })
  const failure = await failureOf(nowhere.namespaces.list.query())
  expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('portal') })
})

test('without an address or a key nothing is made', () => {
  const made = (options: object) => () => createAdminClient(options)
  expect(made({ apiKey: 'fk_x' })).toThrow(expect.objectContaining({ code: 'invalid', facts: { field: 'url' } }))
  expect(made({ url: 'portal', apiKey: 'fk_x' })).toThrow(/FRESHET_PORTAL_URL/)
  expect(made({ url: 'http://portal.test' })).toThrow(expect.objectContaining({ facts: { field: 'apiKey' } }))
})
