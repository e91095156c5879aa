import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls until a condition holds.
 * @param {() => Promise<boolean> | boolean} holds
 * @param {{ timeoutMs: number, intervalMs?: number, signal?: AbortSignal }} limits
 * @returns {Promise<boolean>} false when time ran out or the signal was aborted first.
 */
export async function waitUntil(holds, { timeoutMs, intervalMs = 25, signal }) {
  const deadline = performance.now() + timeoutMs
  while (!signal?.aborted) {
    if (await holds()) return true
    if (performance.now() > deadline) return false
    await sleep(intervalMs)
  }
  return false
}

/** @param {AbortSignal} one @param {AbortSignal} [other] @returns {AbortSignal} aborted as soon as one of them is. */
export function either(one, other) {
  return other ? AbortSignal.any([one, other]) : one
}
