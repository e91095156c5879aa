import { startRedis, type ThrowawayRedis } from '@freshet/testing/redis'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { matchPattern } from './match-pattern.ts'
import { parsePattern } from './parse-pattern.ts'

let server: ThrowawayRedis
let redis: Redis

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
})

afterAll(async () => {
  redis.disconnect()
  await server.stop()
})

// Few characters, so that patterns meet keys, and all those that mean something in a glob; ö and é share a first byte.
const character = fc.constantFrom('a', 'a', 'b', 'c', 'd', '-', '^', ']', '[', '\\', 'é', 'ö')
const wild = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('*', '?', '*a', '[a-c]', '[^a]', '[c-a]', '[é]', '[^', '[a-]', '\\*') },
  { weight: 4, arbitrary: character },
)
const source = fc.array(wild, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''))
const key = fc.string({ unit: character, minLength: 1, maxLength: 8 })

it('finds the same keys as Redis for any pattern', async () => {
  let matched = 0
  let asked = 0
  await fc.assert(
    fc.asyncProperty(source, fc.uniqueArray(key, { minLength: 30, maxLength: 60 }), async (text, keys) => {
      const pattern = parsePattern(text)
      if ('reason' in pattern) {
        expect(pattern.reason).toBe('ambiguous_range')
        return
      }
      // A tail of the pattern itself is the likeliest key to match it.
      const all = [...new Set([...keys, text, text.replaceAll(/[*?\\[\]^]/g, ''), `${text}a`])].filter((k) => k !== '')
      await redis.flushdb()
      await redis.mset(all.flatMap((name) => [name, '1']))
      const found = await redis.keys(text)
      const ours = all.filter((name) => matchPattern(pattern, name))
      expect(ours.toSorted()).toEqual(found.toSorted())
      asked++
      matched += found.length
    }),
    { numRuns: 3_000 },
  )
  // Patterns that meet nothing would agree about anything.
  expect(asked).toBeGreaterThan(2_000)
  expect(matched).toBeGreaterThan(asked / 3)
}, 60_000)

it('finds the same keys as Redis where segments are long', async () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 9, maxLength: 70 })
  let matched = 0
  await fc.assert(
    fc.asyncProperty(letters, letters, letters, fc.nat(), async (before, needle, after, hole) => {
      const at = hole % needle.length
      const text = `*${needle.slice(0, at)}?${needle.slice(at + 1)}*`
      const all = [...new Set([before + needle + after, needle, before + after, needle.slice(1), `${needle}c`])]
      await redis.flushdb()
      await redis.mset(all.flatMap((name) => [name, '1']))
      const pattern = parsePattern(text)
      if ('reason' in pattern) throw new Error(pattern.reason)
      const found = await redis.keys(text)
      expect(all.filter((name) => matchPattern(pattern, name)).toSorted()).toEqual(found.toSorted())
      matched += found.length
    }),
    { numRuns: 500 },
  )
  expect(matched).toBeGreaterThan(1_000)
}, 60_000)
