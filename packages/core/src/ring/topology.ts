import type { TopologyNode } from '../contracts/node-registry.ts'
import { HashRing } from './hash-ring.ts'

/** The ring of a topology's nodes: of those that take part in it and are not about to leave. */
export function ringOf(topology: { readonly nodes: readonly TopologyNode[] }): HashRing {
  return new HashRing(topology.nodes.filter(({ inRing, draining }) => inRing && !draining))
}
