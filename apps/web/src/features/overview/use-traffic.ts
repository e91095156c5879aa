'use client'
import { useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { useLiveCluster } from '~/features/live/live-cluster'
import { useTRPC } from '~/trpc/client'
import { type ChartPoint, joinSeries } from './join-series'
import { TRAFFIC_WINDOWS, type TrafficWindow, trafficWindows } from './traffic-windows'

export interface Traffic {
  window: TrafficWindow
  setWindow: (window: TrafficWindow) => void
  points: ChartPoint[]
  /** The interval shown, epoch ms. */
  domain: readonly [number, number]
  /** Why the history is missing; live points are shown all the same. */
  historyError: unknown
  loading: boolean
}

/** The series of the window that the address names (`?window=1h`), moving on with every live sample. */
export function useTraffic(): Traffic {
  const trpc = useTRPC()
  const live = useLiveCluster()
  const [window, setWindow] = useQueryState('window', parseAsStringLiteral(TRAFFIC_WINDOWS).withDefault('5m'))
  const history = useQuery(
    trpc.cluster.history.queryOptions({ window }, { refetchInterval: trafficWindows[window].refetchMs }),
  )
  const stored = history.data?.points
  const latestAt = live.latest?.at ?? stored?.at(-1)?.at ?? null
  const points = useMemo(
    () => (latestAt === null ? [] : joinSeries(stored ?? [], live.points, window, latestAt)),
    [stored, live.points, window, latestAt],
  )
  const to = latestAt ?? 0
  return {
    window,
    setWindow: (next) => void setWindow(next),
    points,
    domain: [to - trafficWindows[window].spanMs, to],
    historyError: history.error,
    loading: latestAt === null && history.isPending,
  }
}
