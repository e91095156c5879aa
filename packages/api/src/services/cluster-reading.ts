import type { Clock } from '@freshet/core/clock'
import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import { type Fetch, scrapeNode } from '@freshet/core/metrics/scrape-node'
import type { ControlPublisher } from '@freshet/redis/control-publisher'
import type { NodeRegistry } from '@freshet/redis/node-registry'

/** One look at the cluster. Times: epoch ms of the looking process's own clock. */
export interface ClusterReading {
  at: number
  nodes: NodeReading[]
  redisReachable: boolean
  /** The revision of policies and keys that Redis offers; null when it offers none or could not be asked. */
  controlRevision: number | null
}

export interface NodeReading {
  announcement: NodeAnnouncement
  /** Null when the node did not answer this time. */
  metrics: NodeMetrics | null
  /** The newest metrics that were ever read of it, with their time; the base of the next difference. */
  known: { metrics: NodeMetrics; at: number } | null
}

export interface ClusterReader {
  registry: Pick<NodeRegistry, 'list'>
  publisher: Pick<ControlPublisher, 'inspect'>
  fetch: Fetch
  /** The internal token. */
  token: string
  clock: Clock
}

/** Looks at all nodes at once. Never rejects: what could not be read is part of the reading. */
export async function readCluster(
  { registry, publisher, fetch, token, clock }: ClusterReader,
  previous: ClusterReading | null,
): Promise<ClusterReading> {
  const [listed, held] = await Promise.allSettled([registry.list(), publisher.inspect()])
  // Redis away: the nodes known so far are asked all the same, because they answer without it.
  const known = previous?.nodes ?? []
  const announced = listed.status === 'fulfilled' ? listed.value : known.map(({ announcement }) => announcement)
  const nodes = await Promise.all(
    announced.map(async (announcement): Promise<NodeReading> => {
      const metrics = await scrapeNode(fetch, announcement.url, token)
      const before = known.find((node) => node.announcement.id === announcement.id)?.known ?? null
      return { announcement, metrics, known: metrics ? { metrics, at: clock.wallMs() } : before }
    }),
  )
  return {
    at: clock.wallMs(),
    nodes,
    redisReachable: listed.status === 'fulfilled' && held.status === 'fulfilled',
    controlRevision: held.status === 'fulfilled' ? (held.value?.revision ?? null) : null,
  }
}
