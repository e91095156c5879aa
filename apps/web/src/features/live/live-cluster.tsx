'use client'
import type { ClusterOverview, TrafficSample } from '@freshet/core/contracts/cluster-overview'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, use, useCallback, useState } from 'react'
import { useTRPC } from '~/trpc/client'
import { useRecovery } from './use-recovery'
import { useSilence } from './use-silence'

/** Live points kept: five minutes of one per second. Longer windows come from the history. */
const KEPT_POINTS = 300

export type LinkState = 'connecting' | 'live' | 'lost'

interface LiveCluster {
  latest: ClusterOverview | null
  /** Samples of this visit, oldest first. */
  points: readonly TrafficSample[]
  link: LinkState
}

const LiveContext = createContext<LiveCluster>({ latest: null, points: [], link: 'connecting' })

export const useLiveCluster = () => use(LiveContext)

/** One subscription for the whole portal: the top bar shows its state, pages show its figures. */
export function LiveClusterProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC()
  const [feed, setFeed] = useState<Pick<LiveCluster, 'latest' | 'points'>>({ latest: null, points: [] })
  const onData = useCallback(({ data }: { data: ClusterOverview }) => {
    setFeed(({ points }) => {
      // After a reconnection the server may repeat the last one; time must go forward or charts draw loops.
      const known = points.at(-1)
      if (known && data.total.at <= known.at) return { latest: data, points }
      return { latest: data, points: [...points.slice(1 - KEPT_POINTS), data.total] }
    })
  }, [])
  const subscription = useSubscription(trpc.cluster.live.subscriptionOptions(undefined, { onData }))
  const refused = subscription.status === 'error'
  useRecovery(refused, subscription.reset)
  const silent = useSilence(feed.latest?.at ?? null)
  // The server ends each stream after a minute, to ask again for rights; while it is reopened the figures are still fresh.
  const link: LinkState = refused || silent ? 'lost' : feed.latest ? 'live' : 'connecting'
  return <LiveContext value={{ ...feed, link }}>{children}</LiveContext>
}
