/** Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, 2018): no node has more than this times its share. */
const FACTOR = 2
/** Below this a node is never passed over: who takes its place may load a key that it is loading already. */
const ALWAYS_ALLOWED = 64

/**
 * Whether a node has so many of this node's requests in flight that the next in line is asked instead. `total` of them are
 * spread over `nodes` nodes.
 */
export function isOverloaded(inFlight: number, total: number, nodes: number): boolean {
  return nodes > 1 && inFlight >= ALWAYS_ALLOWED && inFlight > (FACTOR * total) / nodes
}
