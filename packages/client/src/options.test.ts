import { afterEach, describe, expect, test, vi } from 'vitest'
import { readOptions } from './options.ts'

afterEach(() => vi.unstubAllEnvs())

describe('what a client is told', () => {
  test('comes from the environment where its caller says nothing; several addresses by comma', async () => {
    vi.stubEnv('FRESHET_URL', ' http://a:9400/ , https://b/cache/ ')
    vi.stubEnv('FRESHET_API_KEY', 'fk_env')
    const { urls, credential, near, routing } = readOptions({})
    expect([urls, await credential(), near, routing]).toEqual([
      ['http://a:9400', 'https://b/cache'],
      'fk_env',
      undefined,
      'ring',
    ])
    const own = readOptions({ url: 'http://c', apiKey: async () => 'fk_fetched', near: true })
    expect([own.urls, await own.credential(), own.near]).toEqual([
      ['http://c'],
      'fk_fetched',
      { maxBytes: 64 * 1024 * 1024, maxTtlMs: 60_000 },
    ])
    expect(readOptions({ near: { maxBytes: 1_000 } }).near).toEqual({ maxBytes: 1_000, maxTtlMs: 60_000 })
  })

  test.each([
    ['url', { apiKey: 'k' }],
    ['url', { apiKey: 'k', url: 'localhost:9400' }],
    ['url', { apiKey: 'k', url: 'http://a?x=1' }],
    ['url', { apiKey: 'k', url: 'http://user:secret@a' }],
    ['apiKey', { url: 'http://a' }],
    ['deadlineMs', { url: 'http://a', apiKey: 'k', deadlineMs: 0 }],
    ['near.maxBytes', { url: 'http://a', apiKey: 'k', near: { maxBytes: 0.5 } }],
    ['retries', { url: 'http://a', apiKey: 'k', retries: -1 }],
  ])('is refused by the name of what is wrong with it: %s', (field, options) => {
    vi.stubEnv('FRESHET_URL', '')
    vi.stubEnv('FRESHET_API_KEY', '')
    expect(() => readOptions(options)).toThrow(expect.objectContaining({ code: 'invalid', facts: { field } }))
  })
})
