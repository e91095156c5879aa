import { tracked } from '@trpc/server'
import { z } from 'zod'
import { ClusterOverviewSchema, HistoryWindow, TrafficSampleSchema } from '../schemas/traffic.ts'
import { visibleTo } from '../services/visible-overview.ts'
import { forOwnNamespaces, router } from '../trpc.ts'

export const clusterRouter = router({
  /** What the cluster did during the last second. */
  overview: forOwnNamespaces('read')
    .meta({
      rest: { method: 'GET', path: '/api/cluster/overview', tag: 'Cluster', summary: 'Live figures of all nodes' },
    })
    .output(ClusterOverviewSchema)
    .query(async ({ ctx }) => visibleTo(ctx.principal, await ctx.services.cluster.overview())),

  /** The same, once a second for as long as somebody listens. A stream that resumes starts with the present. */
  live: forOwnNamespaces('read')
    .input(z.object({ lastEventId: z.string().nullish() }).optional())
    .subscription(async function* ({ ctx, signal }) {
      for await (const overview of ctx.services.cluster.watch(signal))
        yield tracked(String(overview.at), visibleTo(ctx.principal, overview))
    }),

  /** What it did over a window, from the samples in PostgreSQL. Stretches without a sample have no point. */
  history: forOwnNamespaces('read')
    .meta({
      rest: {
        method: 'GET',
        path: '/api/metrics/history',
        tag: 'Cluster',
        summary: 'Traffic over a window, all nodes merged',
        description: 'Points are 5 s apart for 1m and 5m, 1 minute for 1h, 10 minutes for 24h.',
      },
    })
    .input(z.object({ window: HistoryWindow }))
    .output(z.object({ points: z.array(TrafficSampleSchema) }))
    .query(async ({ ctx, input }) => ({ points: await ctx.services.history(input.window) })),
})
