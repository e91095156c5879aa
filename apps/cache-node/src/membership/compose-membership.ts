import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { systemClock } from '@freshet/core/clock'
import type { Follower, Instant } from '@freshet/core/coherence/follower'
import type { LogMembers } from '@freshet/core/coherence/log'
import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { createNodeRegistry } from '@freshet/redis/node-registry'
import { onNodesDoorbell } from '@freshet/redis/nodes-doorbell'
import type { buildConnector } from 'undici'
import type { NodeEnv } from '../env.ts'
import type { Complain } from '../quietly.ts'
import type { NodeConnections } from '../redis-connections.ts'
import { createDrainElsewhere, type DrainElsewhere } from './drain-elsewhere.ts'
import { Membership } from './membership.ts'
import { readNodeList } from './node-list.ts'

export interface MembershipParts {
  env: NodeEnv
  connections: Pick<NodeConnections, 'registry' | 'log'>
  /** This process; its `url` is known once it listens. */
  node: Readonly<Omit<NodeMetrics['node'], 'pid'>>
  follower: Follower
  instant: () => Instant
  members: Pick<LogMembers, 'members'>
  /** Opens connections to other nodes. */
  connect: buildConnector.connector
  complain: Complain
}

/** This node's place among the others, and what routes need of it. */
export function composeMembership(parts: MembershipParts) {
  const { env, connections, node, follower, instant, members, connect, complain } = parts
  const registry = createNodeRegistry(connections.registry)
  const membership = new Membership({
    registry,
    onDoorbell: (ring) => onNodesDoorbell(connections.log.doorbell, ring),
    describe: () => ({
      ...node,
      weight: env.FRESHET_NODE_WEIGHT,
      zone: env.FRESHET_ZONE ?? null,
      state: follower.state(instant()),
    }),
    takesPart: env.FRESHET_RING === 'on',
    clock: systemClock,
    onError: (error) => complain('registry', error),
  })
  const drainElsewhere: DrainElsewhere = createDrainElsewhere({
    token: internalToken(deriveKey(env.FRESHET_SECRET, 'node-to-node')),
    connect,
  })
  return {
    membership,
    drainElsewhere,
    readNodeList: () => readNodeList({ registry, members, membership }),
    ringFacts: (): NodeMetrics['ring'] => ({
      version: membership.topology?.version ?? null,
      nodes: membership.ring.size,
      share: membership.shares.get(membership.selfId) ?? 0,
    }),
  }
}
