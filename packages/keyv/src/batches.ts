/** Keys that one invalidation may name. */
const MOST = 1_000

export function* inBatches<T>(items: readonly T[]): Generator<T[]> {
  for (let i = 0; i < items.length; i += MOST) yield items.slice(i, i + MOST)
}
