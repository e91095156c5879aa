import { isFresh } from '@freshet/testing/answer'
import type { Load } from './load.ts'
import type { Outage } from './outage.ts'
import type { Stretch } from './stretch.ts'

/** The generations that fresh values bore before an outage and after it. */
export function generationsAround(load: Load, { away, after }: Outage): { before: Set<string>; now: Set<string> } {
  const within = (stretch: Stretch) => {
    const fresh = load.within(stretch, 'hot').filter(isFresh)
    return new Set(fresh.map(({ version }) => version.split('.', 1)[0] ?? ''))
  }
  return { before: within({ fromMs: away.fromMs - 1_000, untilMs: away.fromMs }), now: within(after) }
}
