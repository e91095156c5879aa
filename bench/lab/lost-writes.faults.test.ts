import { setTimeout as sleep } from 'node:timers/promises'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { Undo } from '@freshet/testing/undo'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildNode } from './cluster/build-programs.ts'
import { type LabCluster, startCluster } from './cluster/lab-cluster.ts'
import type { RedisPair } from './cluster/redis-pair.ts'
import { Scene } from './directed/scene.ts'
import { Changer } from './oracle/changer.ts'
import { describeViolation } from './report/describe-violation.ts'

const LEASE_MS = 800
/** How long reads go on after the loss, leases. */
const WATCHED_LEASES = 2.5

/** A way in which Redis goes back to what it held before the last writes. */
interface Loss {
  /** From now on, what is written will be lost. */
  begin(redis: RedisPair): Promise<void>
  strike(redis: RedisPair): Promise<void>
}

const LOSSES: Readonly<Record<string, Loss>> = {
  'a replica is promoted that did not hear of the last writes': {
    begin: async (redis) => redis.holdReplication(),
    strike: (redis) => redis.failOver(),
  },
  'Redis is killed and comes back from an old copy of its data': {
    begin: (redis) => redis.copyAside(),
    strike: (redis) => redis.crashToOldCopy(),
  },
}

describe.each(Object.entries(LOSSES))('%s', (_, loss) => {
  const undo = new Undo()
  let cluster: LabCluster
  let changer: Changer
  afterAll(() => undo.all())
  beforeAll(async () => {
    const { folder } = undo.add(scratchFolder('lost-writes'), async ({ remove }) => remove())
    const program = await buildNode(folder)
    cluster = await startCluster({ program, nodes: 3, leaseMs: LEASE_MS, ring: 'off', worker: null }, undo)
    changer = new Changer(cluster.oracle.rows)
  })

  /** Loaded by all, in Redis, and changed since: told by its key, which takes it out of Redis, or by its tag. */
  async function changedSince(prepare: () => Promise<void>): Promise<[Scene, Scene]> {
    const scenes: [Scene, Scene] = [new Scene(cluster, changer), new Scene(cluster, changer)]
    for (const scene of scenes) {
      for (const node of cluster.nodes) await scene.warm(node)
      await scene.expectInRedis()
    }
    await prepare()
    await scenes[0].change('key')
    await scenes[1].change('tag')
    return scenes
  }

  test('a value that was invalidated before does not come back, on nodes that knew and on one that is new', async () => {
    const scenes = await changedSince(() => loss.begin(cluster.redis))
    const before = await generationOf(scenes[0])
    await loss.strike(cluster.redis)
    // Both old values lie in Redis again: the deletion of the one was lost, the other was never deleted.
    for (const scene of scenes) await scene.expectInRedis()
    const newcomer = cluster.nodes[2]
    newcomer?.part.kill('SIGKILL')
    cluster.oracle.rows.forgetNode(newcomer?.name ?? '')
    await newcomer?.part.restart()

    const untilMs = performance.now() + WATCHED_LEASES * LEASE_MS
    let reads = 0
    for (; performance.now() < untilMs; await sleep(5))
      for (const scene of scenes) for (const node of cluster.nodes) if ((await scene.read(node)).status === 200) reads++
    await cluster.oracle.settle()
    expect(cluster.oracle.violations.flatMap(describeViolation)).toEqual([])
    expect(reads).toBeGreaterThan(100)
    expect(await generationOf(scenes[0])).not.toBe(before)
  })

  test('and every node serves the new one fresh again', async () => {
    await cluster.settle()
    for (const scene of await changedSince(async () => {}))
      for (const node of cluster.nodes)
        await expect
          .poll(() => scene.read(node), { timeout: 5_000 })
          .toMatchObject({ status: 200, body: '2', cacheStatus: { hit: true, stale: null } })
    expect(cluster.oracle.violations.flatMap(describeViolation)).toEqual([])
  })

  async function generationOf(scene: Scene): Promise<string | null | undefined> {
    return (await scene.a.look())?.coherence.generation
  }
})
