import type { Version } from '@freshet/core/coherence/version'
import { recordAcknowledgement } from '../../metrics/record-invalidation.ts'
import type { NodeServices } from '../node-services.ts'
import type { WaitWish } from './wait-query.ts'

/**
 * Waits for what a writer wants to wait for; false: its limit came first. The write itself was applied here before this is
 * asked. Rejects with `log_unavailable` when the log began a new generation meanwhile: the write may be lost.
 */
export async function awaitNodes(
  version: Version,
  { wait, limitMs }: WaitWish,
  { acknowledger, recorder }: NodeServices,
): Promise<boolean> {
  if (wait !== 'all') return true
  const ending = new AbortController()
  const { by, afterMs } = await acknowledger.acknowledge(version, { limitMs, signal: ending.signal })
  // Nobody would hear how the rest of the wait ended.
  ending.abort()
  recordAcknowledgement(recorder, by, afterMs)
  return by !== null
}
