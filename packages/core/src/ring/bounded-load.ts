/** How much of its share of all requests a node may have in flight. */
export const LOAD_FACTOR = 1.25

/** Requests in flight, as whoever chooses a node knows them: its own. */
export interface Loads {
  /** At all nodes together. */
  readonly total: number
  inFlightAt(id: string): number
  /** The node's share of the ring, 0 to 1. */
  shareOf(id: string): number
}

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, 2018): the first node of a key's preference that
 * has room, so that one hot key, or an owner that answers slowly, holds up no more than its share. Undefined when none
 * has: some node of a whole ring always has. Keys are with their owner again as soon as it has room.
 */
export function firstWithRoom(preference: readonly string[], loads: Loads, factor = LOAD_FACTOR): string | undefined {
  return preference.find((id) => loads.inFlightAt(id) < capacityOf(loads.shareOf(id), loads.total + 1, factor))
}

/** Requests that a node may have in flight among `total`; never none, or a node of small weight would get nothing at all. */
export function capacityOf(share: number, total: number, factor = LOAD_FACTOR): number {
  return Math.max(1, Math.ceil(factor * share * total))
}
