import { indexOfSum } from '../zipf.ts'

/** Functions that are kept in memory, at 2 to 6 KB each; the rest of a larger trace is left out. */
const MAX_FUNCTIONS = 5_000
/** The busiest minutes are thinned out to this, in proportion, or they would last the demo for days. */
const MAX_PER_MINUTE = 6_000

/**
 * Azure Functions' trace (Shahrad et al., ATC'20): a line per function, a column per minute, counts of its invocations.
 * Minutes follow each other; within one, functions are drawn by their counts.
 */
export async function* readAzureTrace(
  lines: AsyncIterable<string>,
  columns: readonly string[],
  random: () => number = Math.random,
): AsyncGenerator<number> {
  const firstMinute = columns.findIndex((column) => /^\d+$/.test(column))
  if (firstMinute === -1) throw new Error('the trace names no minutes in its header')
  const functions: Uint32Array[] = []
  for await (const line of lines) {
    if (functions.length === MAX_FUNCTIONS) break
    functions.push(Uint32Array.from(line.split(',').slice(firstMinute), Number))
  }
  for (let minute = 0; minute < columns.length - firstMinute; minute++) {
    let sum = 0
    const cumulative = Float64Array.from(functions, (counts) => (sum += counts[minute] ?? 0))
    for (let i = 0; i < Math.min(sum, MAX_PER_MINUTE); i++) yield indexOfSum(cumulative, random() * sum)
  }
}
