import type { Topology } from '@freshet/core/contracts/node-registry'
import { HashRing, RING_ALGORITHM } from '@freshet/core/ring/hash-ring'
import { ringOf } from '@freshet/core/ring/topology'

/** What a topology means to a client. */
export interface ClusterMap {
  /** Addresses of the nodes that may be asked for anything. */
  readonly urls: readonly string[]
  /** Addresses for a key, its owner's first; empty when nobody knows the owner. */
  preferred(key: string): readonly string[]
}

/** The owner, and who stands in for it. */
const PREFERRED = 3

/**
 * @param admits whether the credential may be sent to an announced address. The ring is laid out with those that are not
 * admitted as well: who owns a key is the cluster's affair.
 */
export function mapOf(topology: Topology, admits: (url: string) => boolean): ClusterMap {
  const urlOf = new Map(topology.nodes.map(({ id, url, draining }) => [id, draining || !admits(url) ? null : url]))
  // A rule of layout that this build does not know gives other owners than the one that it knows.
  const ring = topology.ring.algorithm === RING_ALGORITHM ? ringOf(topology) : new HashRing([])
  return {
    urls: [...urlOf.values()].filter((url) => url !== null),
    preferred: (key) => ring.preferenceOf(key, PREFERRED).flatMap((id) => urlOf.get(id) ?? []),
  }
}
