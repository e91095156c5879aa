/** How far the quietest and the busiest hour lie from the mean. */
const SWING = 0.4

/**
 * The share of the mean rate at a moment of a day that lasts `dayMs`: it starts at the mean, rises to its peak after a
 * quarter and sinks below. Over a day the mean is 1.
 */
export function waveAt(elapsedMs: number, dayMs: number): number {
  return 1 + SWING * Math.sin((2 * Math.PI * elapsedMs) / dayMs)
}
