import { redisKeys } from '@freshet/core/keys/redis-keys'
import { type RedisCluster, startRedisCluster } from '@freshet/testing/redis-cluster'
import type { RedisProcess } from '@freshet/testing/redis-process'
import type { Undo } from '@freshet/testing/undo'
import type { Blow, Topology } from './blow.ts'

/** So that the fence, which nodes derive from it, is as short here as beside Sentinel. */
const CONFIG = ['min-replicas-max-lag 1']

/** Three masters with a replica each. The log lies on one of them, L2 on all. */
export async function clusterTopology(undo: Undo): Promise<Topology> {
  const cluster = undo.add(await startRedisCluster({ config: CONFIG }), (it) => it.stop())
  const ofLog = () => cluster.masterOf(redisKeys.logMeta)
  const notOfLog = async () => {
    const log = await ofLog()
    const other = (await cluster.masters()).find((master) => master !== log)
    if (other === undefined) throw new Error('all slots lie with one master')
    return other
  }
  return {
    name: 'Cluster',
    url: cluster.url,
    blows: [
      { ...killed(cluster, ofLog), name: "the log's master is killed", newGeneration: true },
      { ...killed(cluster, notOfLog), name: 'a master that holds a part of L2 alone is killed', newGeneration: false },
    ],
  }
}

function killed(cluster: RedisCluster, choose: () => Promise<RedisProcess>): Pick<Blow, 'strike' | 'mend'> {
  let victim: RedisProcess | null = null
  return {
    async strike() {
      victim = await choose()
      const entries = await victim.ask((redis) => redis.dbsize())
      victim.kill('SIGKILL')
      await cluster.untilReplaced(victim)
      return { evidence: [{ what: 'keys that the killed master held', count: entries }] }
    },
    async mend() {
      await victim?.restart()
    },
  }
}
