import { setTimeout as sleep } from 'node:timers/promises'

/** Half of all answers take longer than the median; with this spread 80% of them lie within a factor of 1.7 of it. */
const SPREAD = 0.4

/**
 * A duration as services have them: log-normal, so never far below the median and now and then far above (p99 is 2.5
 * times the median). `random` returns 0 to 1.
 */
export function drawLatencyMs(medianMs: number, random: () => number = Math.random): number {
  // Box and Muller (1958); 1 - random() because the logarithm of 0 is no number.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return medianMs * Math.exp(SPREAD * normal)
}

/** Stands for what a real shop does between request and answer. */
export async function beSlow(medianMs: number): Promise<void> {
  if (medianMs > 0) await sleep(drawLatencyMs(medianMs))
}
