import { expect, test } from 'vitest'
import { z } from 'zod'
import { RedisUrlVariable, requireVerifiedTls } from './redis-url-variable.ts'

test('what is wrong is said of the variable', () => {
  const { error } = z.object({ REDIS_URL: RedisUrlVariable }).safeParse({ REDIS_URL: 'redis+sentinel://a,b' })
  expect(error?.issues).toMatchObject([{ path: ['REDIS_URL'], message: expect.stringContaining('name the master') }])
})

test('an address stays the text that it was', () => {
  const text = 'redis+cluster://app:s%40@a:7000,b:7001'
  expect(RedisUrlVariable.parse(text)).toBe(text)
})

test('production takes no certificate unseen', () => {
  const urls = {
    REDIS_URL: 'rediss://h',
    L2_REDIS_URL: 'rediss+cluster://h?rejectUnauthorized=false',
    OTHER: undefined,
  }
  expect(() => requireVerifiedTls('production', urls)).toThrow(/^L2_REDIS_URL: rejectUnauthorized=false/)
  expect(() => requireVerifiedTls('staging', urls)).not.toThrow()
  expect(() => requireVerifiedTls('production', { REDIS_URL: 'rediss://h', L2_REDIS_URL: 'redis://h' })).not.toThrow()
})
