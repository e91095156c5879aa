import type { ValueScale } from './time-chart'

/**
 * A logarithmic scale over whole powers of ten that holds all values: a median of 80 µs and a p99 of 80 ms are both
 * seen, where a linear scale would press one of them onto the axis. Zeros and gaps have no place on it.
 */
export function logScale(values: readonly (number | null)[]): ValueScale {
  const known = values.filter((value) => value !== null).filter((value) => value > 0)
  if (known.length === 0) return { kind: 'linear', domain: [0, 1], ticks: [] }
  const low = Math.floor(Math.log10(Math.min(...known)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known))))
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
  return { kind: 'log', domain: [10 ** low, 10 ** high], ticks }
}
