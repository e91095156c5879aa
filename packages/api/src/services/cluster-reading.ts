import type { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'

/** One look at the cluster. Times: epoch ms of the looking process's own clock. */
export interface ClusterReading {
  at: number
  nodes: NodeReading[]
  /** The revision of policies and keys that Redis offers, or null when it could not be asked. */
  controlRevision: number | null
}

export interface NodeReading {
  announcement: NodeAnnouncement
  /** Null when the node did not answer this time. */
  metrics: NodeMetrics | null
  /** The newest metrics that were ever read of it, with their time; the base of the next difference. */
  known: { metrics: NodeMetrics; at: number } | null
}
