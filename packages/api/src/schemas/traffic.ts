import type {
  ClusterOverview,
  NamespaceOverview,
  NodeOverview,
  TrafficSample,
} from '@freshet/core/contracts/cluster-overview'
import { CoherenceState } from '@freshet/core/contracts/node-registry'
import { z } from 'zod'

const rate = z.number().nonnegative()
const quantile = z.number().nonnegative().nullable()
const ratio = z.number().min(0).max(1).nullable()

export const TrafficSampleSchema = z
  .object({
    at: z.number().describe('Epoch milliseconds at the end of the interval'),
    requestsPerS: rate,
    hitRatio: ratio.describe('Share of reads answered from L1, L2, a peer or a known absence; null without reads'),
    l1HitsPerS: rate,
    l2HitsPerS: rate,
    peerHitsPerS: rate.describe("Reads answered by another node's cache"),
    missesPerS: rate,
    stalePerS: rate,
    originLoadsPerS: rate,
    originFailuresPerS: rate,
    writesPerS: rate,
    invalidationsPerS: rate,
    evictionsPerS: rate,
    errorsPerS: rate,
    p50Ms: quantile,
    p90Ms: quantile,
    p95Ms: quantile,
    p99Ms: quantile,
    propagationP99Ms: quantile,
    l1Entries: rate,
    l1Bytes: rate,
  })
  .meta({ id: 'TrafficSample' }) satisfies z.ZodType<TrafficSample>

const NodeOverviewSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    zone: z.string().nullable(),
    weight: z.number(),
    ringShare: ratio.describe('Share of all keys that it owns; null when it is not in the ring'),
    draining: z.boolean(),
    reachable: z.boolean(),
    state: z.union([CoherenceState, z.literal('unreachable')]),
    applied: z.number(),
    lagEpochs: z.number(),
    uptimeMs: z.number(),
    l1MaxBytes: z.number(),
    rssBytes: z.number(),
    sample: TrafficSampleSchema.nullable(),
  })
  .meta({ id: 'NodeOverview' }) satisfies z.ZodType<NodeOverview>

const NamespaceOverviewSchema = z
  .object({
    name: z.string(),
    requestsPerS: rate,
    hitRatio: ratio,
    loadsPerS: rate,
    loadFailuresPerS: rate,
  })
  .meta({ id: 'NamespaceOverview' }) satisfies z.ZodType<NamespaceOverview>

export const ClusterOverviewSchema = z
  .object({
    at: z.number(),
    total: TrafficSampleSchema,
    nodes: z.array(NodeOverviewSchema),
    namespaces: z.array(NamespaceOverviewSchema),
    problems: z.array(z.string()).describe('Why the cluster is not healthy; empty when it is'),
  })
  .meta({ id: 'ClusterOverview' }) satisfies z.ZodType<ClusterOverview>

export const HistoryWindow = z.enum(['1m', '5m', '1h', '24h'])
export type HistoryWindow = z.infer<typeof HistoryWindow>
