import { median } from '../harness/statistics.ts'

const WARM_UP_MS = 50
const ROUNDS = 9
const ROUND_MS = 20

/**
 * Nanoseconds that one call takes: the median of 9 rounds of at least 20 ms, after the compiler has had its say.
 */
export function timeOperation(operation: (i: number) => unknown): number {
  const begin = performance.now()
  let calls = 0
  while (performance.now() - begin < WARM_UP_MS) for (let i = 0; i < 16; i++) blackHole.value = operation(calls++)
  const perRound = Math.max(16, Math.ceil((calls * ROUND_MS) / WARM_UP_MS))
  const rounds = Array.from({ length: ROUNDS }, () => {
    const from = performance.now()
    for (let i = 0; i < perRound; i++) blackHole.value = operation(i)
    return ((performance.now() - from) * 1e6) / perRound
  })
  return median(rounds)
}

/** Takes what calls return, so that the compiler cannot find them useless. */
const blackHole: { value: unknown } = { value: null }
