import type { NodeMetrics } from './node-metrics.ts'

/** Rates and quantiles over one interval, for one node or for all of them. Rates per second; latency in milliseconds. */
export interface TrafficSample {
  /** Epoch ms at the interval's end. */
  at: number
  requestsPerS: number
  /** Share of reads answered from L1, L2, a peer or a known absence, 0 to 1; null without reads. */
  hitRatio: number | null
  l1HitsPerS: number
  l2HitsPerS: number
  /** Answered by another node's cache. */
  peerHitsPerS: number
  missesPerS: number
  stalePerS: number
  originLoadsPerS: number
  originFailuresPerS: number
  writesPerS: number
  invalidationsPerS: number
  evictionsPerS: number
  errorsPerS: number
  p50Ms: number | null
  p90Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  propagationP99Ms: number | null
  l1Entries: number
  l1Bytes: number
}

export interface NodeOverview {
  id: string
  url: string
  zone: string | null
  weight: number
  /** Share of all keys that it owns, 0 to 1; null when it is not in the ring. */
  ringShare: number | null
  /** About to leave: out of the ring, answering what it is still asked. */
  draining: boolean
  /** False when the last scrape failed; the figures are then the last ones known. */
  reachable: boolean
  state: NodeMetrics['coherence']['state'] | 'unreachable'
  applied: number
  lagEpochs: number
  uptimeMs: number
  l1MaxBytes: number
  rssBytes: number
  sample: TrafficSample | null
}

export interface NamespaceOverview {
  name: string
  requestsPerS: number
  hitRatio: number | null
  loadsPerS: number
  loadFailuresPerS: number
}

/** What the Overview page shows, made anew every second from the nodes' own figures. */
export interface ClusterOverview {
  at: number
  total: TrafficSample
  nodes: NodeOverview[]
  namespaces: NamespaceOverview[]
  /** Sentences for people: why the cluster is not healthy. Empty when it is. */
  problems: string[]
}
