/** How much of its share of all requests a node may have in flight. */
export const LOAD_FACTOR = 1.25

/**
 * How many requests a node with that share of the ring may have in flight among `total`, all of them told by whoever sends
 * them: consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, 2018). Who has as many is passed over for
 * the next of a key's preference, so that one hot key, or an owner that answers slowly, holds up no more than its share;
 * some node of a whole ring always has room, and keys are with their owner again as soon as it has. Never none, or a node
 * of small weight would get nothing at all.
 */
export function capacityOf(share: number, total: number, factor = LOAD_FACTOR): number {
  return Math.max(1, Math.ceil(factor * share * total))
}
