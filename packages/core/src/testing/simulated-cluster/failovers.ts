import type { Cluster } from './cluster.ts'
import { LEASE_MS } from './plan.ts'
import type { SimulatedRedis } from './simulated-redis.ts'

/** Clusters in which one thing is going on with their masters: another would leave two of them for ever. */
const changing = new WeakSet<Cluster>()

/** The master dies; its replica takes its place with what had arrived there. False when there was no occasion. */
export function loseMaster(cluster: Cluster): boolean {
  return change(cluster, (master, over) => {
    const { servers, world } = cluster
    master.dead = true
    world.scheduler.after(world.random.between(5, LEASE_MS), null, () => {
      servers.promote(master)
      over()
    })
  })
}

/**
 * Cuts the master off from its replica, which is promoted while some connections still lead to the old master. In the end
 * that one `dies`, or it `returns`: the new master dies, and the old one is master again as if nothing had been.
 */
export function split(cluster: Cluster, end: 'dies' | 'returns'): boolean {
  return change(cluster, (master, over) => {
    const { servers, world } = cluster
    master.isolate()
    world.scheduler.after(world.random.upTo(5, 20, LEASE_MS), null, () => {
      const promoted = servers.promote(master)
      world.scheduler.after(world.random.between(LEASE_MS, 4 * LEASE_MS), null, () => {
        if (end === 'dies') master.dead = true
        else {
          promoted.dead = true
          master.returnAsMaster()
          servers.become(master)
        }
        over()
      })
    })
  })
}

/** Cuts the master off for a while, in which nobody is promoted. */
export function healPartition(cluster: Cluster): boolean {
  return change(cluster, (master, over) => {
    master.isolate()
    cluster.world.scheduler.after(cluster.world.random.between(LEASE_MS / 10, 2 * LEASE_MS), null, () => {
      master.heal()
      over()
    })
  })
}

function change(cluster: Cluster, begin: (master: SimulatedRedis, over: () => void) => void): boolean {
  const { master } = cluster.servers
  // One that is just being started again takes no writes before its replica has found it.
  if (!cluster.world.plan.replicated || changing.has(cluster) || !master.reachable) return false
  changing.add(cluster)
  begin(master, () => changing.delete(cluster))
  return true
}
