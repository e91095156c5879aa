import { expect, test } from 'vitest'
import { expectAll } from '../expect-all.ts'
import type { Outage } from '../outage.ts'
import type { Platform } from '../platform.ts'

/** What must hold of a whole run. */
export function testCoherence(world: () => { platform: Platform; outages: Outage[] }): void {
  test('no read gave a value older than an invalidation that was acknowledged before it was sent', () => {
    expect(world().platform.check.violations).toEqual([])
  })

  test('though much was invalidated, and most reads were answered from cache, before and after every outage', () => {
    const { platform, outages } = world()
    const { acknowledgedAtMs, freshHitsAtMs } = platform.check
    const calm = [{ fromMs: 0, untilMs: outages[0]?.away.fromMs ?? 0 }, ...outages.map(({ after }) => after)]
    for (const { fromMs, untilMs } of calm) {
      const counted = (moments: readonly number[]) => moments.filter((atMs) => atMs >= fromMs && atMs <= untilMs).length
      expect(counted(acknowledgedAtMs)).toBeGreaterThan(5)
      expect(counted(freshHitsAtMs)).toBeGreaterThan(50)
    }
    expect(acknowledgedAtMs.length).toBeGreaterThan(100)
  })

  test('no answer was a 500, and no process ended that nobody killed', () => {
    const { load, nodes, worker, portal } = world().platform
    expectAll(load.answers, ({ status }) => status !== 500, 1_000)
    expect([...nodes, worker, portal].filter(({ fell }) => fell)).toEqual([])
  })
}
