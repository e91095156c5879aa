import { constants } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsIdentity } from '@freshet/tls/tls-identity'

/**
 * The node's server, for HTTPS when it has a certificate. Where client certificates count, all are asked for one and nobody
 * is turned away for having none: API keys come without (see http/certified.ts).
 */
export function createNodeServer(identity: TlsIdentity, options: ServerOptions): Server {
  if (!identity.isServer) return createServer(options)
  const { requireClientCerts } = identity
  const secureContext = () => ({
    ...identity.current,
    // No session tickets, so that no session is resumed: Node does not say of a resumed one whether a certificate began it.
    ...(requireClientCerts && { secureOptions: constants.SSL_OP_NO_TICKET }),
  })
  const server = createTlsServer({
    ...options,
    ...secureContext(),
    requestCert: requireClientCerts,
    rejectUnauthorized: false,
  })
  identity.onChange(() => server.setSecureContext(secureContext()))
  return server
}
