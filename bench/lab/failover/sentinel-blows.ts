import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisProcess } from '@freshet/testing/redis-process'
import { type Sentinels, startSentinels } from '@freshet/testing/sentinels'
import type { Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'
import type { Blow, Topology } from './blow.ts'

/** Whom nodes are to a server. Sentinels are its default user, so that either can be cut off without the other. */
const LAB = 'lab'
/** Once another is promoted, the former master is found by its sentinels again after so long. */
const APART_MS = 1_500

/** A master, two replicas and three sentinels; a master that no replica follows takes no writes. */
export async function sentinelTopology(undo: Undo): Promise<Topology> {
  const sentinels = undo.add(
    await startSentinels({ replicas: 2, minReplicasToWrite: 1, config: [`user ${LAB} on >${LAB} ~* &* +@all`] }),
    (it) => it.stop(),
  )
  const url = sentinels.url.replace('://', `://${LAB}:${LAB}@`)
  return { name: 'Sentinel', url, blows: [masterKilled(sentinels), masterCutOff(sentinels)] }
}

function masterKilled(sentinels: Sentinels): Blow {
  return {
    name: 'the master is killed',
    newGeneration: true,
    async strike() {
      const old = await sentinels.master()
      old.kill('SIGKILL')
      await sentinels.untilReplaced(old)
      return { evidence: [] }
    },
    async mend() {
      for (const server of sentinels.servers) await server.ask((redis) => redis.ping()).catch(() => server.restart())
      await sentinels.untilFollowed()
    },
  }
}

/** Replicas and sentinels lose sight of the master and choose another, while the nodes' connections to it go on. */
function masterCutOff(sentinels: Sentinels): Blow {
  let old: RedisProcess | null = null
  return {
    name: 'the master is cut off from replicas and sentinels, not from nodes, while another is promoted',
    newGeneration: true,
    async strike() {
      const master = await sentinels.master()
      old = master
      await asLab(master, async (redis) => {
        // The connections that are there stay those of their users: without that they would go on.
        for (const user of ['default', 'follower']) await redis.call('ACL', 'SETUSER', user, 'off')
        for (const user of ['default', 'follower']) await redis.call('CLIENT', 'KILL', 'USER', user)
      })
      await sentinels.untilReplaced(master)
      await sleep(APART_MS)
      const refused = await asLab(master, (redis) => redis.set('lab:fenced', '1').catch(String))
      return {
        evidence: [{ what: 'writes that it refused', count: String(refused).includes('NOREPLICAS') ? 1 : 0 }],
      }
    },
    async mend() {
      if (old === null) return
      await asLab(old, async (redis) => {
        await redis.call('ACL', 'SETUSER', 'default', 'on')
        await redis.call('ACL', 'SETUSER', 'follower', 'on')
      })
      await sentinels.untilFollowed()
    },
  }
}

async function asLab<T>({ port }: RedisProcess, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ port, host: '127.0.0.1', username: LAB, password: LAB, protocol: 2 })
  redis.on('error', () => {})
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}
