/**
 * Draws ranks 1 to `count`, rank r with a likelihood proportional to 1 / r^exponent, as popularity on the web goes
 * (Breslau et al., 1999: exponents of 0.6 to 0.9). `random` returns 0 to 1.
 */
export function zipf(count: number, exponent: number, random: () => number = Math.random): () => number {
  const cumulative = new Float64Array(count)
  let sum = 0
  for (let rank = 1; rank <= count; rank++) {
    sum += rank ** -exponent
    cumulative[rank - 1] = sum
  }
  return () => 1 + indexOfSum(cumulative, random() * sum)
}

/** The first index whose cumulative sum is above `target`; the last one when rounding leaves none. */
export function indexOfSum(cumulative: Float64Array, target: number): number {
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((cumulative[middle] ?? 0) > target) high = middle
    else low = middle + 1
  }
  return low
}
