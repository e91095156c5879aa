import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '@freshet/testing/answer'
import { beforeAll, expect, test } from 'vitest'
import { expectAll, expectSome } from '../expect-all.ts'
import { lookAt, type Sight } from '../look.ts'
import { type Outage, outage } from '../outage.ts'
import { knows } from '../platform.ts'
import type { PortalAnswer } from '../portal-client.ts'
import { WELL } from '../recovery.ts'
import type { Stretch } from '../stretch.ts'
import type { World } from './world.ts'

/** A node needs this long after a disturbance of its own until it is as before. */
const CALM_MS = 1_000

/** PostgreSQL is killed; meanwhile node B is killed and restarted, and then paused for longer than its lease. */
export function testPostgresKilled(world: () => World): void {
  let away: Outage
  let sight: Sight
  let edit: PortalAnswer
  let signIn: string | null
  let restarted: Stretch
  let paused: Stretch

  beforeAll(async () => {
    const { platform, postgres, outages } = world()
    const nodeB = platform.nodes[1]
    away = await outage(
      platform,
      () => postgres.kill('SIGKILL'),
      () => postgres.restart(),
      async () => {
        await sleep(1_000)
        ;[edit, signIn, sight] = await Promise.all([
          platform.operator.savePolicy('hot', { ttlMs: 1 }),
          platform.operator.signIn(),
          lookAt(platform),
        ])
        restarted = await timed(async () => {
          nodeB.kill('SIGKILL')
          await nodeB.restart()
        })
        paused = await timed(async () => {
          nodeB.kill('SIGSTOP')
          await sleep(3_000)
          nodeB.kill('SIGCONT')
        })
      },
    )
    outages.push(away)
  })

  const isUndisturbed = ({ node, sentMs, answeredMs }: Answer) =>
    node === 'A' ||
    [restarted, paused].every(({ fromMs, untilMs }) => answeredMs < fromMs || sentMs > untilMs + CALM_MS)

  test('nodes read and write as if nothing had happened', () => {
    for (const [namespace, isWell] of Object.entries(WELL))
      expectAll(world().platform.load.within(away.away, namespace).filter(isUndisturbed), isWell)
    expect(sight.nodes).toEqual(Array(2).fill({ ready: true, health: 'healthy', state: 'coherent' }))
  })

  test('a node that is killed meanwhile comes back with policies and keys, and fills its memory from Redis', () => {
    const since = { fromMs: restarted.untilMs, untilMs: away.away.untilMs }
    const ofB = world()
      .platform.load.within(since, 'hot')
      .filter(({ node }) => node === 'B')
    expectAll(ofB, ({ status }) => status === 200)
    for (const tier of ['l1', 'l2']) expectSome(ofB, ({ cacheStatus }) => cacheStatus.detail === tier)
  })

  test('the portal refuses an edit with database_unavailable, and a sign-in in words that say so', () => {
    expect([edit.status, edit.code]).toEqual([503, 'database_unavailable'])
    expect(signIn).toBe('unavailable')
    expect(sight.portal).toMatchObject({ database: 'down', redis: 'up' })
  })

  test('the worker stays up and says what it misses', () => {
    expect(sight.worker).toEqual({ live: true, faults: [expect.stringContaining('PostgreSQL')] })
    expect(world().platform.worker.fell).toBe(false)
  })

  test('afterwards an edit works and reaches every node, a person signs in, and the worker is ready', async () => {
    const { platform } = world()
    const patience = { timeout: 15_000 }
    const policy = { origin: { url: `${platform.source.url}/absent/{rest}` } }
    await expect.poll(async () => (await platform.operator.savePolicy('edited', policy)).status, patience).toBe(200)
    for (const node of platform.clients) await knows(node, 'edited')
    await expect.poll(() => platform.operator.signIn(), patience).toBeNull()
    await expect.poll(async () => (await lookAt(platform)).worker.faults, patience).toEqual([])
  })
}

async function timed(work: () => Promise<void>): Promise<Stretch> {
  const fromMs = performance.now()
  await work()
  return { fromMs, untilMs: performance.now() }
}
