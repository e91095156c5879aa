import { type Principal, reachesNamespace } from '@freshet/core/access/permissions'
import type { ClusterOverview } from '@freshet/core/contracts/cluster-overview'

/** An overview without the namespaces that are not the caller's. */
export function visibleTo(principal: Principal, overview: ClusterOverview): ClusterOverview {
  return { ...overview, namespaces: overview.namespaces.filter(({ name }) => reachesNamespace(principal, name)) }
}
