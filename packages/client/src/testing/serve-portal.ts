import { once } from 'node:events'
import { resolveContext } from '@freshet/api/resolve-context'
import { appRouter } from '@freshet/api/root'
import { startControlPlane } from '@freshet/api/testing/control-plane'
import { createHTTPServer } from '@trpc/server/adapters/standalone'

/** The portal's router over real HTTP, with a control plane of its own and a key for each kind of caller. */
export async function servePortal() {
  const plane = await startControlPlane()
  const admin = await plane.person('admin')
  const requests: string[] = []
  const server = createHTTPServer({
    router: appRouter,
    basePath: '/api/trpc/',
    createContext: ({ req }) => {
      requests.push(`${req.method} ${new URL(req.url ?? '', 'http://portal.test').pathname}`)
      return resolveContext(plane.services, {
        headers: new Headers({ authorization: req.headers.authorization ?? '' }),
        sessionUserId: null,
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the portal has no port')
  return {
    plane,
    url: `http://127.0.0.1:${address.port}`,
    /** What was asked for, e.g. `GET /api/trpc/namespaces.list`. */
    requests,
    /** @returns a new key's token. */
    mintKey: async (scopes: string[], namespaces: '*' | string[] = '*'): Promise<string> => {
      const { body } = await plane.rest('POST', '/api/api-keys', {
        as: admin,
        body: { name: 'a program', scopes, namespaces },
      })
      return body.token
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await plane.stop()
    },
  }
}
