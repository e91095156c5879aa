import { createHash } from 'node:crypto'
import type { Topology } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import { RING_ALGORITHM } from '@freshet/core/ring/hash-ring'
import type { NodeRegistry } from '@freshet/redis/node-registry'

/** The live nodes; the version changes when a node comes, goes or drains, and not with every heartbeat. */
export async function readTopology(registry: NodeRegistry): Promise<Topology> {
  const nodes = await registry.list().catch((cause) => {
    throw new AppError('log_unavailable', 'The registry of nodes cannot be reached', { retryAfterMs: 1_000 }, { cause })
  })
  const version = nodes
    .map(({ id, incarnation, url, draining }) => `${id} ${incarnation} ${url} ${draining}`)
    .join('\n')
  return {
    version: createHash('sha256').update(version).digest('hex').slice(0, 16),
    ring: { algorithm: RING_ALGORITHM },
    nodes,
  }
}
