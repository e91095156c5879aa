import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { tailOf } from '@freshet/scripts/terminal/log-tail'
import { connectTo, type NodeClient } from '@freshet/testing/node-client'
import type { Part } from '@freshet/testing/part'
import type { RedisLink } from '../proxy/redis-link.ts'

/** A node takes longer than this for its figures only when it is stopped or drowning. */
const LOOK_WITHIN_MS = 1_000

/** One cache-node and the way to it. */
export interface CacheNode {
  name: string
  part: Part
  client: NodeClient
  /** What it says of itself; null when it does not. */
  look(): Promise<NodeMetrics | null>
}

/** One whose way to Redis is in a test's hand. */
export interface LabNode extends CacheNode {
  link: RedisLink
}

export function cacheNode(name: string, part: Part, token: string): CacheNode {
  return {
    name,
    part,
    client: connectTo(name, part.url, token),
    async look() {
      try {
        const response = await fetch(`${part.url}/api/metrics`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(LOOK_WITHIN_MS),
        })
        return NodeMetrics.parse(await response.json())
      } catch {
        return null
      }
    },
  }
}

export async function describeNode(node: CacheNode): Promise<string> {
  const seen = await node.look()
  if (seen === null)
    return `${node.name} does not say${node.part.fell ? ' and has ended' : ''}; the end of its log:\n${tailOf(node.part.logFile)}`
  const { state, generation, applied, tail, leaseRemainingMs, lastPollMs } = seen.coherence
  const lease = `${leaseRemainingMs.toFixed(0)} ms of lease left, last poll sent ${lastPollMs?.toFixed(0) ?? 'never'} ms ago`
  return `${node.name} is ${state} in ${generation}, applied ${applied} of ${tail}, ${lease}`
}
