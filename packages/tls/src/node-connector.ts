import { buildConnector } from 'undici'
import type { TlsIdentity } from './tls-identity.ts'

/** A node that does not take a connection within this is given up; who waits for an answer may give it up sooner. */
const CONNECT_TIMEOUT_MS = 2_000

/**
 * Opens connections to nodes: where their address says https, they must show a certificate of the authority for the
 * address's host, and are shown ours. New connections take renewed certificates; those that are open stay.
 */
export function createNodeConnector(identity: TlsIdentity): buildConnector.connector {
  const build = () => buildConnector({ ...identity.current, timeout: CONNECT_TIMEOUT_MS })
  let connector = build()
  identity.onChange(() => {
    connector = build()
  })
  return (options, callback) => connector(options, callback)
}
