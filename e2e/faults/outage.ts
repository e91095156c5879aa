import { setTimeout as sleep } from 'node:timers/promises'
import type { Platform } from './platform.ts'
import { recovery } from './recovery.ts'
import type { Stretch } from './stretch.ts'

/** How long each part stays away. */
const OUTAGE_MS = 20_000
/** How long a platform that works again is watched, so that a relapse is seen. */
const WATCH_MS = 2_500

export interface Outage {
  /** From before the part was taken away until before it was brought back. */
  away: Stretch
  /** From when all was well again; nobody did anything for it but bring the part back. */
  after: Stretch
}

/**
 * Takes a part away for 20 s, does `meanwhile`, brings the part back, and waits until all is well.
 * @param take e.g. a SIGKILL.
 * @param meanwhile what to look at while it is away.
 * @throws when not all is well in time.
 */
export async function outage(
  { load }: Platform,
  take: () => void,
  bringBack: () => Promise<void>,
  meanwhile: (sinceMs: number) => Promise<void> = async () => {},
): Promise<Outage> {
  const fromMs = performance.now()
  take()
  await Promise.all([meanwhile(fromMs), sleep(OUTAGE_MS)])
  const untilMs = performance.now()
  await bringBack()
  const wellMs = await recovery(load)
  await sleep(WATCH_MS)
  return { away: { fromMs, untilMs }, after: { fromMs: wellMs, untilMs: performance.now() } }
}
