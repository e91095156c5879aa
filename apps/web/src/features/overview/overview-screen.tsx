'use client'
import { PageHeader } from '~/components/shell/page-header'
import { ErrorState } from '~/components/ui/state-block'
import { useLiveCluster } from '~/features/live/live-cluster'
import { reasonOf } from '~/trpc/problem'
import { HealthStrip } from './health-strip'
import { NamespacesTable } from './namespaces-table'
import { NodesTable } from './nodes-table'
import { OverviewSkeleton } from './overview-skeleton'
import { StatGrid } from './stat-grid'
import { TrafficCharts } from './traffic-charts'
import { useTraffic } from './use-traffic'
import { WindowSwitch } from './window-switch'

export function OverviewScreen() {
  const { latest, link } = useLiveCluster()
  const traffic = useTraffic()
  return (
    <>
      <PageHeader
        title="Overview"
        subtitle="Figures of this second, from the nodes themselves"
        actions={<WindowSwitch value={traffic.window} onChange={traffic.setWindow} />}
      />
      {!latest && link === 'lost' && (
        <ErrorState title="No figures yet" reason="The live feed could not be opened. It is tried again by itself." />
      )}
      {!latest && link !== 'lost' && <OverviewSkeleton />}
      {latest && (
        <>
          <HealthStrip />
          <StatGrid points={traffic.points} domain={traffic.domain} />
          {traffic.historyError !== null && (
            <p role="alert" className="mb-3 text-warn">
              Charts begin with this visit: the history could not be read. {reasonOf(traffic.historyError)}
            </p>
          )}
          <TrafficCharts points={traffic.points} domain={traffic.domain} />
          <div className="grid items-start gap-3 min-[1800px]:grid-cols-[2fr_1fr]">
            <NodesTable nodes={latest.nodes} />
            <NamespacesTable namespaces={latest.namespaces} />
          </div>
        </>
      )}
    </>
  )
}
