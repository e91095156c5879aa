import { describe, expect, it } from 'vitest'
import { plainSettings, soundFacts } from '../testing/server-facts.ts'
import { judgeLink } from './judge-links.ts'
import { judgeLeases, judgeLogServer } from './judge-log-server.ts'
import { judgeSecondTier } from './judge-second-tier.ts'

const codes = (observations: { code: string }[]) => observations.map(({ code }) => code)

describe("the log's server", () => {
  it.each([
    ['as it should be', {}, []],
    ['too old', { version: '6.0.20' }, ['redis_too_old']],
    ['just new enough', { version: '6.2.0' }, []],
    ['that does not say which', { version: null }, []],
    ['of two digits', { version: '10.0.1' }, []],
    ['evicting', { maxMemoryPolicy: 'allkeys-lru' }, ['log_evicts']],
    ['without a file', { hasAppendOnlyFile: false }, ['log_not_persistent']],
    ['without a file, on a replica too', { hasAppendOnlyFile: false, replicas: 1 }, []],
    ['never synced', { config: { appendfsync: 'no' } }, ['log_never_synced']],
    ['with a clock of its own', { clockOffsetMs: -2_500 }, ['clock_skew']],
    ['that hides something', { config: { appendfsync: null } }, ['config_unreadable']],
  ])('%s', (_, change, expected) => {
    expect(codes(judgeLogServer(soundFacts(change)))).toEqual(expected)
  })

  it('has members with one lease', () => {
    const members = [
      { nodeId: 'a', leaseMs: 2_000 },
      { nodeId: 'b', leaseMs: 5_000 },
    ]
    expect(judgeLeases(members.slice(0, 1), { leaseMs: 2_000 })).toEqual([])
    const [found] = judgeLeases(members, { leaseMs: 2_000 })
    expect(found).toMatchObject({ code: 'lease_differs', message: expect.stringContaining('b: 5000') })
  })
})

const own = { runId: 'run-2', maxMemoryBytes: 1_000, maxMemoryPolicy: 'allkeys-lfu' }

describe('the second tier', () => {
  it.each([
    ['a server of its own', own, []],
    ["the log's server", { ...own, runId: 'run-1' }, ['l2_shares_server']],
    ['no limit', { ...own, maxMemoryBytes: 0 }, ['l2_without_limit']],
    ['a limit without eviction', { ...own, maxMemoryPolicy: 'noeviction' }, ['l2_without_limit']],
    ['too old', { ...own, version: '5.0.0' }, ['redis_too_old']],
  ])('%s', (_, change, expected) => {
    expect(codes(judgeSecondTier(soundFacts(change), soundFacts(), plainSettings()))).toEqual(expected)
  })
})

it('the second tier at the same address is on the same server, whichever member of it answered', () => {
  const same = plainSettings({ l2RedisUrl: plainSettings().redisUrl })
  expect(codes(judgeSecondTier(soundFacts(own), soundFacts(), same))).toEqual(['l2_shares_server'])
})

describe('a link to Redis', () => {
  it.each([
    ['redis://localhost:6379', []],
    ['redis://127.0.0.1', []],
    ['redis://cache:6379', ['redis_without_tls', 'redis_without_password']],
    ['redis://:secret@cache', ['redis_without_tls']],
    ['redis://user:secret@cache:6379/0', ['redis_without_tls']],
    ['unix:///run/redis.sock', []],
    ['rediss://user:secret@cache', []],
    ['rediss://user:secret@cache?rejectUnauthorized=false', ['redis_without_tls']],
    ['redis+sentinel://user:p%40ss@a:26379,127.0.0.1:26379/name/0', ['redis_without_tls']],
    ['redis+sentinel://127.0.0.1:26379,127.0.0.1:26380/name', []],
    ['rediss+cluster://a:7000,b:7001', ['redis_without_password']],
  ])('%s', (url, expected) => {
    expect(codes(judgeLink('REDIS_URL', url))).toEqual(expected)
  })
})
