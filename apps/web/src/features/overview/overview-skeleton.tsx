import { Skeleton } from '~/components/ui/skeleton'

const stats = ['hits', 'requests', 'latency', 'loads', 'errors', 'invalidations', 'memory', 'evictions']
const charts = ['tiers', 'ratio', 'latency', 'origin']

/** The page's outline until the first live sample, which takes a second at most. */
export function OverviewSkeleton() {
  return (
    <div role="status" aria-label="Waiting for the first figures">
      <Skeleton className="mb-4 h-10" />
      <div className="mb-4 grid grid-cols-2 gap-3 md:grid-cols-4">
        {stats.map((stat) => (
          <Skeleton key={stat} className="h-[122px]" />
        ))}
      </div>
      <div className="grid gap-3 lg:grid-cols-2">
        {charts.map((chart) => (
          <Skeleton key={chart} className="h-56" />
        ))}
      </div>
    </div>
  )
}
