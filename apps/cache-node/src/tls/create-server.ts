import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { TlsIdentity } from './tls-identity.ts'

/**
 * The node's server, for HTTPS when it has a certificate. Client certificates are asked for where there is an authority to
 * judge them, and nobody is turned away for having none: browsers and API keys come without (see http/certified.ts).
 */
export function createNodeServer(identity: TlsIdentity, options: ServerOptions): Server {
  if (!identity.isServer) return createServer(options)
  const requestCert = identity.current.ca !== undefined
  const server = createTlsServer({ ...options, ...identity.current, requestCert, rejectUnauthorized: false })
  identity.onChange((material) => server.setSecureContext(material))
  return server
}
