import type { LabNode } from '../cluster/cache-node.ts'
import type { LabCluster } from '../cluster/lab-cluster.ts'
import { between, pick, type Random } from '../workload/random.ts'

/** What a fault may break. */
export interface Arena {
  cluster: LabCluster
  random: Random
}

/** One kind of fault. */
export interface Fault {
  /** As the report names it. */
  kind: string
  /** Breaks something for a while and mends it again. Rejects only when it could not be brought about. */
  strike(arena: Arena): Promise<void>
}

export function anyNode({ cluster, random }: Arena): LabNode {
  return pick(random, cluster.nodes)
}

/** A stretch of so many leases, milliseconds. */
export function leases({ cluster, random }: Arena, least: number, most: number): number {
  return between(random, least, most) * cluster.leaseMs
}
