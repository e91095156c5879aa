import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_MS = 50
const MOST_MS = 1_000

/**
 * How long to wait before the n-th repeat (from 0): anything between nothing and a bound that doubles, so that callers who
 * failed together do not come back together. Never less than what the node asked for, and then up to a quarter more.
 */
export function backoffMs(n: number, atLeastMs: number, random: () => number): number {
  const drawn = random() * Math.min(MOST_MS, FIRST_MS * 2 ** n)
  return atLeastMs > 0 ? atLeastMs + Math.min(drawn, atLeastMs / 4) : drawn
}

/** Waits; rejects with the signal's reason when the caller goes. A wait keeps no process alive that has nothing else to do. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await sleep(ms, undefined, { signal }).catch((error) => {
    signal.throwIfAborted()
    throw error
  })
}
