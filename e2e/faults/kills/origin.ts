import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { type Answer, isFreshHit } from '@freshet/testing/answer'
import { beforeAll, expect, test } from 'vitest'
import { expectAll } from '../expect-all.ts'
import { lookAt } from '../look.ts'
import { type Outage, outage } from '../outage.ts'
import { WELL } from '../recovery.ts'
import { later } from '../stretch.ts'
import type { World } from './world.ts'

/** Loaded by one node only before the origin goes. */
const KEY = 'hot:of-one-node'
/** After this the last value that the origin gave has run out of its TTL. */
const RUN_OUT_MS = 1_000
const PROBLEMS: Record<string, number> = { origin_failed: 502, origin_unavailable: 503, origin_deadline: 504 }

/** The origin is killed. */
export function testOriginKilled(world: () => World): void {
  let away: Outage
  let ofOtherNode: Answer
  let breakersOpened: boolean

  beforeAll(async () => {
    const { platform, outages } = world()
    const [nodeA, nodeB] = platform.clients
    await nodeA.request('GET', KEY)
    // The second tier is written in the background.
    await sleep(500)
    away = await outage(
      platform,
      () => platform.source.kill('SIGKILL'),
      () => platform.source.restart(),
      async () => {
        await sleep(3_000)
        ofOtherNode = await nodeB.request('GET', KEY)
        const areOpen = async () => (await lookAt(platform)).breakers.every((state) => state !== 'closed')
        breakersOpened = await waitUntil(areOpen, { timeoutMs: 5_000 })
      },
    )
    outages.push(away)
  })

  const answers = (namespace: string, withoutFirstMs = 0) =>
    world().platform.load.within(later(withoutFirstMs, away.away), namespace)

  test('fresh values go on being served, from memory and from Redis', () => {
    for (const namespace of ['hot', 'written', 'absent', 'bypass', 'refuse']) expectAll(answers(namespace), isFreshHit)
    expect(ofOtherNode).toMatchObject({ status: 200, cacheStatus: { detail: 'l2', stale: null } })
  })

  test('expired ones stand in within their stale-if-error, and say so', () => {
    expectAll(
      answers('brief', RUN_OUT_MS),
      ({ status, cacheStatus }) =>
        status === 200 && cacheStatus.fwd === 'stale' && cacheStatus.stale === 'origin-error',
    )
  })

  test('and within their stale-while-revalidate at once, without waiting for the failure', () => {
    expectAll(
      answers('rolling', RUN_OUT_MS),
      ({ status, cacheStatus }) => status === 200 && cacheStatus.hit && cacheStatus.stale === 'revalidating',
    )
  })

  test('what nothing excuses is a problem that names the origin', () => {
    expectAll(
      answers('strict', RUN_OUT_MS),
      ({ status, code, cacheStatus }) =>
        code !== null && PROBLEMS[code] === status && cacheStatus.detail.split(' ', 1)[0] === code,
    )
  })

  test('the origin is spared while the breaker is open', () => {
    const refused = answers('strict', RUN_OUT_MS)
    const spared = refused.filter(({ state }) => state === 'breaker_open')
    expect(spared.length).toBeGreaterThan(refused.length / 2)
    expectAll(spared, ({ cacheStatus }) => cacheStatus.fwd === null)
    expect(breakersOpened).toBe(true)
  })

  test('writes and deletes go on', () => {
    expectAll(answers('changed'), ({ status }) => status === 204)
  })

  test('afterwards all is fresh again, and the breakers are closed', async () => {
    const { platform } = world()
    for (const [namespace, isWell] of Object.entries(WELL))
      expectAll(platform.load.within(away.after, namespace), isWell, 20)
    await expect.poll(async () => (await lookAt(platform)).breakers, { timeout: 10_000 }).toEqual(['closed', 'closed'])
  })
}
