/** Keys or values in one request. */
const MAX_BATCH = 1_000

export function inBatches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / MAX_BATCH) }, (_, i) =>
    items.slice(i * MAX_BATCH, (i + 1) * MAX_BATCH),
  )
}
