import type { AppRouter } from '@freshet/api/root'
import { clientEnv } from '../env.ts'
import { FreshetError } from '../errors/freshet-error.ts'
import { portalTransport } from './portal-transport.ts'
import { callsOver } from './procedure-calls.ts'

export interface AdminClientOptions {
  /** The portal's address, e.g. `https://freshet.example.org`. FRESHET_PORTAL_URL unless given. */
  url?: string | URL
  /** An API key of the installation (`fk_...`); its scopes and namespaces bound every call. FRESHET_API_KEY unless given. */
  apiKey?: string
  /** For requests through a proxy, say. The runtime's own unless given. */
  fetch?: typeof fetch
}

/**
 * A typed client of the control plane: namespaces and their policies, API keys, event rules, the audit, and live figures.
 * Queries and mutations that are made in one turn of the event loop travel in one request; they are never retried.
 *
 * @throws FreshetError `invalid` when address or key are missing; from each call with the portal's own code, or with
 * `unreachable` when nobody answered.
 */
export function createAdminClient(options: AdminClientOptions = {}) {
  const env = clientEnv()
  const url = options.url ?? env.portalUrl
  const apiKey = options.apiKey ?? env.apiKey
  if (url === undefined || !URL.canParse(String(url)))
    throw new FreshetError('invalid', 'Name the portal’s address: the option url, or FRESHET_PORTAL_URL', {
      field: 'url',
    })
  if (apiKey === undefined)
    throw new FreshetError('invalid', 'Name an API key: the option apiKey, or FRESHET_API_KEY', { field: 'apiKey' })
  const transport = portalTransport({ url: new URL(url), apiKey, fetch: options.fetch ?? globalThis.fetch })
  return callsOver<AppRouter['_def']['record']>(transport)
}

export type AdminClient = ReturnType<typeof createAdminClient>
