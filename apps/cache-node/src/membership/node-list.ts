import type { LogMembers } from '@freshet/core/coherence/log'
import type { NodeList } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import type { NodeRegistry } from '@freshet/redis/node-registry'
import type { Membership } from './membership.ts'

export interface NodeListSources {
  registry: Pick<NodeRegistry, 'list'>
  members: Pick<LogMembers, 'members'>
  membership: Pick<Membership, 'topology' | 'shares'>
}

/** All nodes as they are this moment. Rejects with `log_unavailable` when the registry cannot be reached. */
export async function readNodeList({ registry, members, membership }: NodeListSources): Promise<NodeList> {
  const [nodes, log] = await Promise.all([registry.list(), members.members()]).catch((cause) => {
    throw new AppError('log_unavailable', 'The registry of nodes cannot be reached', { retryAfterMs: 1_000 }, { cause })
  })
  const appliedBy = new Map(
    log.members.map(({ nodeId, incarnation, applied }) => [`${nodeId} ${incarnation}`, applied]),
  )
  return {
    version: membership.topology?.version ?? null,
    nodes: nodes.map((node) => {
      const applied = appliedBy.get(`${node.id} ${node.incarnation}`)
      return {
        ...node,
        ringShare: membership.shares.get(node.id) ?? null,
        lagEpochs: applied === undefined ? null : Math.max(0, log.tail - applied),
      }
    }),
  }
}
