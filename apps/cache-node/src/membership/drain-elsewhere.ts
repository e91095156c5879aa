import type { TopologyNode } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import { Agent, type buildConnector, request } from 'undici'

/** A node takes a round trip to Redis to drain; who has not answered after this is not going to, milliseconds. */
const TIMEOUT_MS = 5_000

/** Says that a request was passed on, and to whom: no node passes it on once more. Lower-case, as it travels. */
export const PASSED_ON_HEADER = 'freshet-forwarded'

export interface DrainElsewhereOptions {
  /** The internal token. */
  token: string
  /** Opens connections to nodes, encrypted where an address says so. */
  connect: buildConnector.connector
}

/**
 * Passes a drain, or the end of one, on to the node that it concerns.
 * Rejects with `peer_unavailable` when that node cannot be reached, or answers anything but yes.
 */
export type DrainElsewhere = (node: TopologyNode, draining: boolean, requestId: string) => Promise<void>

export function createDrainElsewhere({ token, connect }: DrainElsewhereOptions): DrainElsewhere {
  // No connection is kept: nodes are drained once in a while.
  const dispatcher = new Agent({ connect, pipelining: 0 })
  return async ({ id, url }, draining, requestId) => {
    try {
      const { statusCode, body } = await request(new URL(`/api/nodes/${encodeURIComponent(id)}/drain`, url), {
        dispatcher,
        method: draining ? 'POST' : 'DELETE',
        headers: { authorization: `Bearer ${token}`, [PASSED_ON_HEADER]: id, 'x-request-id': requestId },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      await body.dump()
      if (statusCode !== 200) throw new Error(`it answered with ${statusCode}`)
    } catch (cause) {
      throw new AppError('peer_unavailable', `The node ${id} cannot be reached at ${url}`, { field: 'id' }, { cause })
    }
  }
}
