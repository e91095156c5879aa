/**
 * Draws indices below `count`, index i as often as (i + 1)^-exponent says: popularity on the web (Breslau et al., 1999:
 * 0.6 to 0.9). An exponent of 0 makes all alike.
 */
export function zipf(count: number, exponent: number, random: () => number): () => number {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += (i + 1) ** -exponent
  return () => {
    const target = random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? 0) > target) high = middle
      else low = middle + 1
    }
    return low
  }
}
