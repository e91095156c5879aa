import { hashName } from '../coherence/name-hash.ts'

/** Points of one unit of weight. A node of the usual weight (100) has 1,000, so that its share deviates by 3% (1/√1,000). */
const POINTS_PER_WEIGHT = 10

/** The points of all nodes on a circle of 2^32 places, in ascending order. */
export interface RingPoints {
  readonly places: Uint32Array
  /** Index, in the nodes given, of the one that each point belongs to. */
  readonly owners: Uint32Array
  /** Index of the first point at or after a place on the circle, which ends where it begins; 0 without points. */
  firstFrom(place: number): number
}

/** Where a name stands on the circle: 32 well-mixed bits. A raw FNV-1a gave 47, 30, 12 and 11% to four nodes. */
export function placeOf(name: string): number {
  return hashName(name) >>> 0
}

/**
 * Lays out the points of nodes, which are told apart by id alone: where one stands does not depend on who else is there.
 * Of two points at one place the earlier node's comes first, so nodes must be given in an order that all agree on.
 *
 * The places are uniform, so one pass that deals them into as many buckets as there are points all but sorts them, and
 * the buckets' bounds stay as an index: a look-up then takes one step or two where a search by halves takes twenty, each
 * a cache miss (1,000 nodes have a million points).
 */
export function layOut(nodes: readonly { id: string; weight: number }[]): RingPoints {
  const counts = nodes.map(({ weight }) => weight * POINTS_PER_WEIGHT)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const bits = Math.max(1, Math.ceil(Math.log2(Math.max(2, total))))
  const shift = 32 - bits
  const drawn = new Uint32Array(total)
  const bounds = new Uint32Array(2 ** bits + 1)
  let next = 0
  for (const [i, { id }] of nodes.entries()) {
    const draw = drawPlaces(id)
    for (let left = counts[i] ?? 0; left > 0; left--) {
      const place = draw()
      drawn[next++] = place
      const after = (place >>> shift) + 1
      bounds[after] = (bounds[after] ?? 0) + 1
    }
  }
  for (let bucket = 1; bucket < bounds.length; bucket++)
    bounds[bucket] = (bounds[bucket] ?? 0) + (bounds[bucket - 1] ?? 0)

  const places = new Uint32Array(total)
  const owners = new Uint32Array(total)
  const ends = bounds.slice()
  next = 0
  for (const [owner, count] of counts.entries()) {
    for (let left = count; left > 0; left--) {
      const place = drawn[next++] ?? 0
      const bucket = place >>> shift
      const start = bounds[bucket] ?? 0
      // An insertion, into a bucket of one point on average.
      let at = ends[bucket] ?? 0
      ends[bucket] = at + 1
      for (; at > start && (places[at - 1] ?? 0) > place; at--) {
        places[at] = places[at - 1] ?? 0
        owners[at] = owners[at - 1] ?? 0
      }
      places[at] = place
      owners[at] = owner
    }
  }
  const firstFrom = (place: number): number => {
    let at = bounds[place >>> shift] ?? 0
    while (at < total && (places[at] ?? 0) < place) at++
    return at === total ? 0 : at
  }
  return { places, owners, firstFrom }
}

/** A node's places, one after another: a Weyl sequence that starts at its id, mixed by murmur3's finaliser. */
function drawPlaces(id: string): () => number {
  const hash = hashName(id)
  const high = Math.floor(hash / 2 ** 32)
  let state = hash >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let x = state ^ Math.imul(high, 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return (x ^ (x >>> 16)) >>> 0
  }
}
