import type { HashRing } from '@freshet/core/ring/hash-ring'

const SAMPLES = 50_000

/** Share of all keys that another node owns after than before, by a sample. */
export function movedShare(before: HashRing, after: HashRing): number {
  let moved = 0
  for (let i = 0; i < SAMPLES; i++) if (before.ownerOf(`sample:${i}`) !== after.ownerOf(`sample:${i}`)) moved++
  return moved / SAMPLES
}
