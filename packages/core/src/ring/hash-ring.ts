import { layOut, placeOf, type RingPoints } from './ring-points.ts'

/**
 * The number of the rule by which a ring is laid out. Who reads another number in a topology must not compute owners from
 * it; any node will do then. To be raised with any change that gives a key another owner.
 */
export const RING_ALGORITHM = 1

export interface RingNode {
  id: string
  /** Its share of the keys, beside the others' weights; an integer from 1. */
  weight: number
  /** Where it stands; null: unknown, which counts as a place of its own. */
  zone: string | null
}

/**
 * Consistent hashing: who owns a key among nodes. Equal for equal nodes in any order, on any machine; when a node comes,
 * goes or changes its weight, only keys move that it gets or gives. Immutable.
 */
export class HashRing {
  private readonly nodes: readonly RingNode[]
  private readonly points: RingPoints
  private readonly zones: number

  /** Ids must be distinct. */
  constructor(nodes: readonly RingNode[]) {
    this.nodes = nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    this.points = layOut(this.nodes)
    this.zones = new Set(nodes.map(({ zone }) => zone)).size
  }

  /** Number of nodes. */
  get size(): number {
    return this.nodes.length
  }

  /** The key's owner; null in an empty ring. */
  ownerOf(key: string): string | null {
    return this.nodeAt(this.points.firstFrom(placeOf(key)))?.id ?? null
  }

  /**
   * Up to `count` distinct nodes for a key, its owner first. Who stands in for it is sought along the ring, in zones that
   * are not named yet as long as there are any: what takes the owner down may take its zone down.
   */
  preferenceOf(key: string, count: number): string[] {
    const wanted = Math.min(count, this.size)
    const chosen = new Set<RingNode>()
    const passedOver = new Set<RingNode>()
    const zones = new Set<string | null>()
    const { length } = this.points.owners
    let point = this.points.firstFrom(placeOf(key))
    // Every node has points, so that one turn meets them all: it ends with enough nodes, or with all of them.
    while (chosen.size < wanted && (zones.size < this.zones || chosen.size + passedOver.size < wanted)) {
      const node = this.nodeAt(point)
      point = (point + 1) % length
      if (node === undefined || chosen.has(node)) continue
      if (zones.has(node.zone)) passedOver.add(node)
      else {
        zones.add(node.zone)
        chosen.add(node)
      }
    }
    return [...chosen, ...passedOver].slice(0, wanted).map(({ id }) => id)
  }

  /** Each node's share of all keys that there could be, 0 to 1, by id. */
  shares(): Map<string, number> {
    const { places, owners } = this.points
    const reach = new Float64Array(this.size)
    let before = (places.at(-1) ?? 0) - 2 ** 32
    for (const [i, place] of places.entries()) {
      const owner = owners[i] ?? 0
      reach[owner] = (reach[owner] ?? 0) + place - before
      before = place
    }
    return new Map(this.nodes.map(({ id }, i) => [id, (reach[i] ?? 0) / 2 ** 32]))
  }

  private nodeAt(point: number): RingNode | undefined {
    return this.nodes[this.points.owners[point] ?? 0]
  }
}
