import { expect, test } from 'vitest'
import { reconnectDelayMs, serverOptions, shuffled } from './connection-options.ts'
import { parseRedisUrl } from './redis-url.ts'

const spread = (attempt: number) => Array.from({ length: 1_000 }, () => reconnectDelayMs(attempt))

test('a fleet that was cut off does not come back in one wave: delays grow to a second and are spread over half of it', () => {
  for (const [attempt, mostMs] of [
    [1, 50],
    [2, 100],
    [5, 800],
    [6, 1_000],
    [1_000, 1_000],
  ] as const) {
    const delays = spread(attempt)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(mostMs / 2)
    expect(Math.max(...delays)).toBeLessThanOrEqual(mostMs)
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(mostMs * 0.45)
  }
})

test('each process asks the sentinels in an order of its own', () => {
  const list = Array.from({ length: 5 }, (_, i) => i)
  const firsts = Array.from({ length: 1_000 }, () => shuffled(list)[0])
  for (const item of list) expect(firsts.filter((first) => first === item).length).toBeGreaterThan(120)
  expect(shuffled(list).sort()).toEqual(list)
})

test('sentinels and servers each get their own credentials, and TLS where the address says so', () => {
  const url = 'rediss+sentinel://app:one@h/m/2?sentinelUsername=watcher&sentinelPassword=two'
  expect(serverOptions(parseRedisUrl(url))).toMatchObject({
    sentinels: [{ host: 'h', port: 26379 }],
    name: 'm',
    db: 2,
    sentinelUsername: 'watcher',
    sentinelPassword: 'two',
    sentinelTLS: { rejectUnauthorized: true },
    enableTLSForSentinelMode: true,
  })
  expect(serverOptions(parseRedisUrl('redis+sentinel://h/m'))).not.toHaveProperty('sentinelTLS')
})
