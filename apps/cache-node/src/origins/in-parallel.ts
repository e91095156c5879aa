/**
 * Works through items, `max` at a time. A batch that does so leaves the origin's queue to others: it never has more
 * loads waiting than there are slots.
 */
export async function inParallel<T>(items: readonly T[], max: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker))
}
