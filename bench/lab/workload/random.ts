/** A number from 0 up to but not including 1. */
export type Random = () => number

/** Mulberry32: a run's choices can be repeated from its seed, though not its timing. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pick<T>(random: Random, all: readonly T[]): T {
  const one = all[Math.floor(random() * all.length)]
  if (one === undefined) throw new RangeError('there is nothing to pick from')
  return one
}

/** Evenly drawn. */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least)
}
