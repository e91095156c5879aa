import { MATERIALS, PRODUCT_KINDS } from '../catalogue/kinds.ts'
import { CATALOGUE_SIZE } from '../catalogue/size.ts'

/** A part of the key space: how many keys it has, which they are, and its share of all reads. */
interface KeyFamily {
  weight: number
  count: number
  /** The key of rank 1 (the most popular) to `count`. */
  keyOf(rank: number): string
}

const searches = MATERIALS.flatMap((material) => PRODUCT_KINDS.map(({ noun }) => `${material} ${noun}`.toLowerCase()))

/** Low ids are popular throughout, as they are in the orders of the catalogue. */
export const keyFamilies: readonly KeyFamily[] = [
  { weight: 46, count: CATALOGUE_SIZE.products, keyOf: (rank) => `products:${rank}` },
  { weight: 14, count: CATALOGUE_SIZE.products, keyOf: (rank) => `reviews:${rank}` },
  { weight: 14, count: CATALOGUE_SIZE.users, keyOf: (rank) => `users:${rank}` },
  { weight: 10, count: PRODUCT_KINDS.length, keyOf: (rank) => `categories:${PRODUCT_KINDS[rank - 1]?.slug}` },
  { weight: 8, count: CATALOGUE_SIZE.users, keyOf: (rank) => `recommendations:${rank}` },
  { weight: 8, count: searches.length, keyOf: (rank) => `search:${searches[rank - 1]}` },
]

const totalWeight = keyFamilies.reduce((sum, { weight }) => sum + weight, 0)

/** The family at a share of the whole, 0 to 1. */
export function familyAt(share: number): KeyFamily {
  let left = share * totalWeight
  for (const family of keyFamilies) {
    left -= family.weight
    if (left < 0) return family
  }
  throw new RangeError(`${share} is not a share below 1`)
}

/** A key of the shop for each id of a trace, always the same: its popularity and its rhythm are the trace's own. */
export function keyOfTraceId(id: number): string {
  const hash = mix(id)
  const family = familyAt((hash >>> 16) / 0x1_0000)
  return family.keyOf(1 + (mix(hash) % family.count))
}

/** Murmur3's finaliser: neighbouring ids, which traces are full of, end up far apart. Returns 0 to 2^32 - 1. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
