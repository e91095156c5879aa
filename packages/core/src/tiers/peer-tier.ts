import type { Version } from '../coherence/version.ts'
import type { AppError } from '../errors/app-error.ts'
import type { ReadMode, ReadResult } from './read-result.ts'

/**
 * Whom to ask for a key before looking any further here, ids of nodes, best first: the owner and those who take its place,
 * up to this node. Empty when this node comes first, or is alone.
 */
export type RouteOf = (key: string) => readonly string[]

/**
 * The other nodes' caches. Who owns a key is an optimisation: two nodes that disagree about it are slow (a key is loaded
 * twice, a read takes a hop more) and never wrong, because an answer is judged on arrival like any other candidate.
 */
export interface PeerTier {
  /** Whether this node keeps the key in its own right; true for every key when it is alone. */
  owns: (key: string) => boolean
  routeOf: RouteOf
  /**
   * Asks a node for a key. It catches up to `position` first, and answers by itself: what was forwarded is never forwarded
   * again. The source is where it had the value from. Rejects with AppError: `peer_unavailable` when it cannot be reached,
   * is not coherent, or will not come as far as `position` soon: ask the next; any other code is its answer about the key
   * (`origin_failed`, `not_cached` ...), which the next would give too.
   */
  ask(node: string, key: string, mode: ReadMode, position: Version): Promise<ReadResult>
  /** The same for many keys in one request, one result per key, in order. Rejects with `peer_unavailable`. */
  askMany(node: string, keys: readonly string[], position: Version): Promise<(ReadResult | AppError)[]>
}

/** A node without others. */
export const noPeers: PeerTier = {
  owns: () => true,
  routeOf: () => [],
  ask: () => Promise.reject(new Error('unreachable: nobody is on the route')),
  askMany: () => Promise.reject(new Error('unreachable: nobody is on the route')),
}
