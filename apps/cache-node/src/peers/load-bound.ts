import { capacityOf } from '@freshet/core/ring/bounded-load'

/** Below this a node is never passed over: who takes its place may load a key that it is loading already. */
const ALWAYS_ALLOWED = 64

/**
 * Whether a node has so many of this node's requests in flight that the next in line is asked instead. `total` of them are
 * spread over `nodes` nodes.
 */
export function isOverloaded(inFlight: number, total: number, nodes: number): boolean {
  return inFlight >= ALWAYS_ALLOWED && inFlight >= capacityOf(1 / nodes, total + 1)
}
