'use client'
import { Panel } from '~/components/ui/card'
import { useLiveCluster } from '~/features/live/live-cluster'
import { formatCount, formatRatio, UNKNOWN } from '~/lib/figures'
import type { StoredPolicy } from './use-policies'
import { When } from './when'

/** What the namespace does just now, and who last changed it. */
export function NamespaceFigures({ name, stored }: { name: string; stored: StoredPolicy }) {
  const { latest } = useLiveCluster()
  const live = latest?.namespaces.find((namespace) => namespace.name === name)
  const facts = [
    ['Requests', live ? `${formatCount(live.requestsPerS)}/s` : UNKNOWN],
    ['Hit ratio', formatRatio(live?.hitRatio ?? null)],
    ['Origin loads', live ? `${formatCount(live.loadsPerS)}/s` : UNKNOWN],
    ['Failed loads', live ? `${formatCount(live.loadFailuresPerS)}/s` : UNKNOWN],
  ] as const
  return (
    <Panel title="Now">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-4 pt-1 pb-3">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt className="text-muted text-xs">{term}</dt>
            <dd className="font-semibold text-lg tracking-tight">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="border-t px-4 py-2.5 text-muted text-xs">
        Version {stored.version}, saved by {stored.updatedBy} <When at={stored.updatedAt} />
      </p>
    </Panel>
  )
}
