import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

describe('a bucket of 10 a second and 3 at once', () => {
  const make = () => new TokenBucket(10, 3)

  it('gives its burst at once and then one token each 100 ms', () => {
    const bucket = make()
    expect([bucket.take(0), bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([true, true, true, false])
    expect(bucket.take(99)).toBe(false)
    expect(bucket.take(100)).toBe(true)
    expect(bucket.take(100)).toBe(false)
    expect(bucket.take(200)).toBe(true)
  })

  it('says what is left, when to come back and when it is full', () => {
    const bucket = make()
    expect([bucket.remaining(0), bucket.retryAfterMs(0), bucket.resetMs(0)]).toEqual([3, 0, 0])
    for (let i = 0; i < 3; i++) bucket.take(0)
    expect(bucket.remaining(0)).toBe(0)
    expect(bucket.retryAfterMs(0)).toBeCloseTo(100, 2)
    expect(bucket.resetMs(0)).toBe(300)
    expect(bucket.remaining(150)).toBe(1)
    expect(bucket.retryAfterMs(150)).toBe(0)
    expect(bucket.resetMs(150)).toBe(150)
  })

  it('fills up to its burst and no further, however long it rests', () => {
    const bucket = make()
    bucket.take(0)
    expect(bucket.remaining(1e9)).toBe(3)
    expect([1, 2, 3, 4].map(() => bucket.take(1e9))).toEqual([true, true, true, false])
  })

  it('takes several tokens all or none', () => {
    const bucket = make()
    expect(bucket.take(0, 2)).toBe(true)
    expect(bucket.take(0, 2)).toBe(false)
    expect(bucket.retryAfterMs(0, 2)).toBeCloseTo(100, 2)
    expect(bucket.take(0, 1)).toBe(true)
  })

  it('never gives more than its burst, and says so', () => {
    const bucket = make()
    expect(bucket.take(0, 4)).toBe(false)
    expect(bucket.retryAfterMs(0, 4)).toBe(Number.POSITIVE_INFINITY)
    expect(bucket.remaining(0)).toBe(3)
  })

  it('gives nothing away when the clock goes back', () => {
    const bucket = make()
    for (let i = 0; i < 3; i++) bucket.take(1_000)
    expect(bucket.take(0)).toBe(false)
    expect(bucket.remaining(0)).toBe(0)
  })
})

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a rate of %d', (rate) => {
  expect(() => new TokenBucket(rate)).toThrow(RangeError)
})

it.each([0, 0.5, Number.NaN])('refuses a burst of %d, which would let nobody in', (burst) => {
  expect(() => new TokenBucket(10, burst)).toThrow(RangeError)
})

const rate = fc.integer({ min: 1, max: 5_000 })
const burst = fc.integer({ min: 1, max: 50 })
const steps = fc.array(
  fc.record({ waitMs: fc.integer({ min: 0, max: 400 }), tokens: fc.integer({ min: 1, max: 5 }) }),
  {
    minLength: 1,
    maxLength: 200,
  },
)

it('never gives more than burst + rate × time in any window', () => {
  fc.assert(
    fc.property(rate, burst, steps, (ratePerSecond, size, moments) => {
      const bucket = new TokenBucket(ratePerSecond, size)
      const given: { atMs: number; tokens: number }[] = []
      let nowMs = 0
      for (const { waitMs, tokens } of moments) {
        nowMs += waitMs
        if (bucket.take(nowMs, tokens)) given.push({ atMs: nowMs, tokens })
      }
      for (let from = 0; from < given.length; from++) {
        let sum = 0
        for (let to = from; to < given.length; to++) {
          sum += given[to]?.tokens ?? 0
          const spanMs = (given[to]?.atMs ?? 0) - (given[from]?.atMs ?? 0)
          expect(sum).toBeLessThanOrEqual(size + (ratePerSecond * spanMs) / 1_000 + 1e-5)
        }
      }
    }),
  )
})

it('keeps its word: what remains can be taken, and a refused caller succeeds when told to come back', () => {
  fc.assert(
    fc.property(rate, burst, steps, (ratePerSecond, size, moments) => {
      const bucket = new TokenBucket(ratePerSecond, size)
      let nowMs = 0
      for (const { waitMs, tokens } of moments) {
        nowMs += waitMs
        const remaining = bucket.remaining(nowMs)
        const retryAfterMs = bucket.retryAfterMs(nowMs, tokens)
        const taken = bucket.take(nowMs, tokens)
        expect(taken).toBe(tokens <= remaining)
        expect(taken).toBe(retryAfterMs === 0)
        if (taken || tokens > size) continue
        nowMs += retryAfterMs + 1e-6
        expect(bucket.take(nowMs, tokens)).toBe(true)
      }
    }),
  )
})
