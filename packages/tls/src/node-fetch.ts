import { Agent, fetch } from 'undici'
import { createNodeConnector } from './node-connector.ts'
import type { TlsIdentity } from './tls-identity.ts'

/** What can be asked of a node. */
interface Asked {
  headers: Record<string, string>
  signal: AbortSignal
}

/**
 * A `fetch` for nodes' addresses: where one says https, the node must show a certificate of our authority and is shown ours.
 * Not the global one, which can be given neither, and which Next replaces with one that caches.
 */
export function createNodeFetch(identity: TlsIdentity) {
  const dispatcher = new Agent({ connect: createNodeConnector(identity) })
  return {
    fetch: (url: string, asked: Asked) => fetch(url, { ...asked, dispatcher }),
    /** Breaks off what is under way. */
    close: () => dispatcher.destroy(),
  }
}
