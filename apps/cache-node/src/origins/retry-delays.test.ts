import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRetryDelays } from './retry-delays.ts'

describe('retry delays', () => {
  it('lie between the base and three times the one before, and never above the largest', () => {
    const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 20 }), (shares) => {
        const rest = shares.values()
        const next = createRetryDelays(() => rest.next().value ?? 0)
        let beforeMs = 25
        for (const _ of shares) {
          const delayMs = next()
          expect(delayMs).toBeGreaterThanOrEqual(25)
          expect(delayMs).toBeLessThanOrEqual(Math.min(1_000, beforeMs * 3))
          beforeMs = delayMs
        }
      }),
    )
  })
})
