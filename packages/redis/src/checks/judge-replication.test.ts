import { describe, expect, it } from 'vitest'
import { plainSettings, soundFacts } from '../testing/server-facts.ts'
import type { CheckSettings } from './check-settings.ts'
import { fenceMsOf, neededFenceMs } from './fence.ts'
import { judgeReplication } from './judge-replication.ts'
import { promisesOf } from './promises.ts'
import type { ServerFacts } from './server-facts.ts'

const SENTINEL = 'redis+sentinel://a:26379,b:26379/freshet'
const config = (minReplicas: number, maxLagS = 1) => ({
  'min-replicas-to-write': `${minReplicas}`,
  'min-replicas-max-lag': `${maxLagS}`,
})
const fenced = soundFacts({ replicas: 2, config: config(2) })

function codesOf(facts: ServerFacts, change: Partial<CheckSettings> = {}): string[] {
  const settings = plainSettings(change)
  return judgeReplication(facts, settings, fenceMsOf(facts, settings)).map(({ code }) => code)
}

function throughPartition(facts: ServerFacts | null, change: Partial<CheckSettings> = {}) {
  const settings = plainSettings(change)
  return promisesOf(facts, settings, fenceMsOf(facts, settings)).partitionedPrimary.holds
}

describe('a partitioned primary', () => {
  it.each<[what: string, facts: ServerFacts, change: Partial<CheckSettings>, codes: string[], holds: boolean | null]>([
    ['a single Redis', soundFacts(), {}, [], true],
    ['replicas that it cannot be without', fenced, {}, [], true],
    ['the same under Sentinel', fenced, { redisUrl: SENTINEL }, [], true],
    ['a replica that is away for the moment', soundFacts({ replicas: 1, config: config(2) }), {}, [], true],
    ['nothing insisted on, Sentinel', soundFacts({ replicas: 2 }), { redisUrl: SENTINEL }, ['primary_unfenced'], false],
    ['Sentinel, and no replica yet', soundFacts(), { redisUrl: SENTINEL }, ['primary_unfenced'], false],
    ['nothing insisted on, nobody promotes', soundFacts({ replicas: 1 }), {}, ['replicas_unfenced'], false],
    [
      'age of replicas not looked at',
      soundFacts({ replicas: 2, config: config(2, 0) }),
      {},
      ['replicas_unfenced'],
      false,
    ],
    ['one replica insisted on, of two', soundFacts({ replicas: 2, config: config(1) }), {}, ['fence_partial'], false],
    ['a fence set too short', fenced, { fenceMs: 2_999 }, ['fence_short'], false],
    ['a fence set long enough', fenced, { fenceMs: 3_000 }, [], true],
    ['fewer waited for than there are', fenced, { waitReplicas: 1 }, ['wait_short'], false],
    ['more waited for than there are', fenced, { waitReplicas: 3 }, ['wait_impossible'], true],
    ['age allowed beyond the lease', soundFacts({ replicas: 2, config: config(2, 2) }), {}, ['replica_lag_long'], true],
    [
      'a backlog that is given up',
      soundFacts({ replicas: 2, config: { ...config(2), 'repl-backlog-ttl': '3600' } }),
      {},
      ['backlog_expires'],
      true,
    ],
    [
      'a cluster that goes down as a whole',
      soundFacts({ isCluster: true, replicas: 2, config: { ...config(2), 'cluster-require-full-coverage': 'yes' } }),
      { redisUrl: 'rediss+cluster://a:7000' },
      ['cluster_full_coverage'],
      true,
    ],
    [
      'a server that tells nothing',
      soundFacts({
        replicas: 2,
        config: { 'min-replicas-to-write': null, 'min-replicas-max-lag': null, 'repl-backlog-ttl': null },
      }),
      {},
      [],
      null,
    ],
  ])('%s', (_, facts, change, codes, holds) => {
    expect(codesOf(facts, change)).toEqual(codes)
    expect(throughPartition(facts, change)).toBe(holds)
  })

  it('cannot be spoken of before the log was reached', () => {
    expect(throughPartition(null)).toBeNull()
  })
})

describe('the fence', () => {
  it('is what a cut-off primary can still do: its patience and two seconds, and nothing for a single Redis', () => {
    const settings = plainSettings()
    expect(neededFenceMs(soundFacts(), settings)).toBe(0)
    expect(neededFenceMs(fenced, settings)).toBe(3_000)
    expect(neededFenceMs(soundFacts({ replicas: 1 }), settings)).toBe(12_000)
  })

  it('is the longest usual one where the server says nothing, or was not reached', () => {
    const silent = soundFacts({ replicas: 1, config: { 'min-replicas-max-lag': null } })
    expect(neededFenceMs(silent, plainSettings())).toBe(12_000)
    expect(neededFenceMs(null, plainSettings())).toBe(12_000)
  })

  it('is as set where it is set', () => {
    expect(fenceMsOf(fenced, plainSettings({ fenceMs: 0 }))).toBe(0)
  })
})
