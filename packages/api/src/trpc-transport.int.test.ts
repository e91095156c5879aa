import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client'
import { callTRPCProcedure, isTrackedEnvelope } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import superjson from 'superjson'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createContext } from './context.ts'
import { type PortalUser, principalOfUser } from './portal-user.ts'
import { resolveContext } from './resolve-context.ts'
import { type AppRouter, appRouter } from './root.ts'
import { type ControlPlane, startControlPlane } from './testing/control-plane.ts'

let plane: ControlPlane
let admin: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
})
afterAll(() => plane.stop())

/** A typed client whose requests go straight to the handler that the portal mounts. */
function clientOf(user: PortalUser | null) {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: 'http://portal.test/api/trpc',
        transformer: superjson,
        fetch: (url, init) => {
          const req = new Request(String(url), { ...init, signal: null })
          const createContext = () =>
            resolveContext(plane.services, { headers: req.headers, sessionUserId: user?.id ?? null })
          return fetchRequestHandler({ endpoint: '/api/trpc', req, router: appRouter, createContext })
        },
      }),
    ],
  })
}
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof TRPCClientError ? (error as TRPCClientError<AppRouter>).data : error),
  )

test('who is signed in, with what they may do and where', async () => {
  expect(await clientOf(admin).session.me.query()).toEqual({
    user: { id: admin.id, email: admin.email, name: 'P', role: 'admin', namespaces: '*' },
    scopes: ['read', 'write', 'invalidate', 'warm', 'admin'],
    environment: 'development',
  })
})

test('errors carry the problem document’s code, field and request id, and no stack', async () => {
  const client = clientOf(admin)
  await client.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: 5 } })
  const conflict = await problemOf(client.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: 6 }, version: 9 }))
  expect(conflict).toMatchObject({ code: 'conflict', httpStatus: 409, field: 'version', requestId: expect.any(String) })
  expect(conflict).not.toHaveProperty('stack')
  const invalid = await problemOf(client.namespaces.put.mutate({ name: 'shop', policy: { ttlMs: -6 } }))
  expect(invalid).toMatchObject({ code: 'invalid', httpStatus: 422, field: 'policy.ttlMs' })
  expect(await problemOf(clientOf(null).session.me.query())).toMatchObject({ code: 'unauthenticated', httpStatus: 401 })
})

test('a batch is judged call by call', async () => {
  const viewer = clientOf(await plane.person('viewer', ['shop']))
  const [list, foreign] = await Promise.all([
    viewer.namespaces.list.query(),
    problemOf(viewer.namespaces.get.query({ name: 'users' })),
  ])
  expect(list.items.map(({ policy }) => policy.name)).toEqual(['shop'])
  expect(foreign).toMatchObject({ code: 'namespace_forbidden' })
})

test('the live stream numbers what it sends and ends with its listener', async () => {
  const controller = new AbortController()
  const stream = await callTRPCProcedure({
    ...{ router: appRouter, path: 'cluster.live', type: 'subscription', batchIndex: 0 },
    ctx: createContext({ services: plane.services, principal: principalOfUser(admin), user: admin }),
    getRawInput: async () => undefined,
    signal: controller.signal,
  })
  const told: unknown[] = []
  for await (const event of stream as AsyncIterable<unknown>) {
    told.push(event)
    if (told.length === 2) controller.abort()
  }
  expect(told).toHaveLength(2)
  expect(told.every(isTrackedEnvelope)).toBe(true)
  expect(JSON.stringify(told[0])).toContain('No cache node has announced itself')
})

test('history over an empty database is empty', async () => {
  expect(await clientOf(admin).cluster.history.query({ window: '24h' })).toEqual({ points: [] })
})
