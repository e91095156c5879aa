import fc from 'fast-check'
import type { RingNode } from '../ring/hash-ring.ts'

const id = fc.oneof(
  fc.nat({ max: 2_000 }).map((n) => `cache-${n}`),
  fc.ipV4().map((address) => `${address}:9400`),
  fc.uuid(),
  fc.string({ minLength: 1, maxLength: 20 }),
)

/** Nodes with distinct ids, in any order; of the usual weight and without zones unless told otherwise. */
export function arbitraryNodes({
  minLength = 1,
  maxLength = 12,
  weight = fc.constant(100),
  zone = fc.constant<string | null>(null),
}: {
  minLength?: number
  maxLength?: number
  weight?: fc.Arbitrary<number>
  zone?: fc.Arbitrary<string | null>
} = {}): fc.Arbitrary<RingNode[]> {
  return fc.uniqueArray(fc.record({ id, weight, zone }), { minLength, maxLength, selector: (node) => node.id })
}

export const anyWeight = fc.integer({ min: 1, max: 1_000 })
export const anyZone = fc.constantFrom(null, 'a', 'b', 'c')

/** Keys as applications name them. */
export const keyShapes: Record<string, (i: number) => string> = {
  'users:1': (i) => `users:${i}`,
  'zero-padded': (i) => `order:${String(i).padStart(10, '0')}`,
  'by page': (i) => `products:${i % 997}:reviews:page:${Math.floor(i / 997)}`,
  uuids: (i) => `session:${uuidOf(i)}`,
  'long with a common end': (i) => `${i}:${'profile/settings/notifications'.repeat(4)}`,
  'one letter': (i) => String.fromCharCode(0x4e00 + (i % 20_000)) + Math.floor(i / 20_000),
}

/** Any bits do: only the shape matters. */
function uuidOf(i: number): string {
  const hex = Array.from({ length: 4 }, (_, part) =>
    (Math.imul(i + 1, 0x9e3779b1 + 2 * part * 0x85ebca6b) >>> 0).toString(16).padStart(8, '0'),
  ).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
