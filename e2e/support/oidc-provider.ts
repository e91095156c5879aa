import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

interface Person {
  email: string
  emailVerified: boolean
  name: string
  groups: string[]
}

export interface OidcTestProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who may sign in, by the login that they type; any password will do. */
  people: Map<string, Person>
  stop(): Promise<void>
}

const CLIENT = { client_id: 'freshet-portal', client_secret: 'a-secret-of-the-test-only' }

/** A real OpenID provider on a free port, with its own sign-in pages. PKCE is required. */
export async function startOidcProvider(redirectUri: string): Promise<OidcTestProvider> {
  const people = new Map<string, Person>()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    pkce: { required: () => true },
    cookies: { keys: ['a key of the test only'] },
    findAccount: async (_context, id) => {
      const person = people.get(id)
      if (!person) return undefined
      const { email, emailVerified, name, groups } = person
      return { accountId: id, claims: () => ({ sub: id, email, email_verified: emailVerified, name, groups }) }
    },
  })
  server.on('request', provider.callback())
  return {
    issuer,
    clientId: CLIENT.client_id,
    clientSecret: CLIENT.client_secret,
    people,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
