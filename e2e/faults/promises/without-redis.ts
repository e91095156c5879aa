import type { Answer } from '@freshet/testing/answer'
import { test } from 'vitest'
import { expectAll, expectSome } from '../expect-all.ts'
import type { Outage } from '../outage.ts'
import type { Platform } from '../platform.ts'
import { WELL } from '../recovery.ts'
import { first, later } from '../stretch.ts'

/** FRESHET_LEASE_MS: a node that hears nothing for this long cannot know what was invalidated. */
const LEASE_MS = 2_000

const isMarked = ({ cacheStatus, cacheControl }: Answer) =>
  cacheStatus.hit && cacheStatus.stale === 'degraded' && cacheControl === 'no-cache'

/** What must hold of every outage of Redis, however it went and came back. */
export function testWithoutRedis(world: () => { platform: Platform; outage: Outage }): void {
  const answers = (namespace: string, ofWhat: 'all' | 'lease' | 'dark') => {
    const { platform, outage } = world()
    const stretch = { all: outage.away, lease: first(LEASE_MS, outage.away), dark: later(LEASE_MS, outage.away) }
    return platform.load.within(stretch[ofWhat], namespace)
  }

  test('reads that L1 can answer go on with no error', () => {
    for (const namespace of ['hot', 'written']) expectAll(answers(namespace, 'all'), ({ status }) => status === 200)
    expectAll(answers('absent', 'all'), ({ code }) => code === 'absent_at_origin')
  })

  test('nor do they wait for it', () => {
    expectAll(answers('hot', 'all'), ({ sentMs, answeredMs }) => answeredMs - sentMs < 2_000, 1_000)
  })

  test('while the lease runs they are fresh, and afterwards each is marked stale and kept by nobody downstream', () => {
    for (const namespace of ['hot', 'written', 'absent']) {
      expectSome(answers(namespace, 'lease'), ({ cacheStatus }) => cacheStatus.stale === null)
      expectAll(answers(namespace, 'dark'), isMarked)
    }
    expectAll(answers('hot', 'dark'), ({ cacheStatus }) => cacheStatus.detail === 'l1 stale degraded')
  })

  test('a namespace that bypasses is loaded from its origin each time, and says so', () => {
    const isLoaded = ({ status, cacheStatus }: Answer) => status === 200 && cacheStatus.fwd === 'bypass'
    expectAll(answers('bypass', 'dark'), isLoaded)
  })

  test('a namespace that refuses gives 503 with the state that explains it', () => {
    const isRefused = ({ status, code, state, cacheStatus }: Answer) =>
      status === 503 && code === 'degraded' && state === 'degraded' && cacheStatus.detail === 'degraded'
    expectAll(answers('refuse', 'dark'), isRefused)
  })

  test('values past their TTL are loaded anew, and nothing that is given from memory is called fresh', () => {
    for (const namespace of ['brief', 'strict', 'rolling'])
      expectAll(
        answers(namespace, 'dark'),
        (answer) => answer.status === 200 && (isMarked(answer) || answer.cacheStatus.fwd === 'bypass'),
      )
  })

  test('writes and deletes are refused as log_unavailable: nothing was promised', () => {
    expectAll(answers('changed', 'dark'), ({ status, code }) => status === 503 && code === 'log_unavailable')
    expectAll(answers('changed', 'all'), ({ status }) => status === 503 || status === 204)
  })

  test('all recovers by itself, and nothing stays stale', () => {
    const { platform, outage } = world()
    for (const [namespace, isWell] of Object.entries(WELL))
      expectAll(platform.load.within(outage.after, namespace), isWell, 20)
    expectAll(platform.load.within(outage.after, 'written'), ({ status }) => status === 200, 20)
  })
}
