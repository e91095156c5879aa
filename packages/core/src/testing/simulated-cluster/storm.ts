import type { Cluster } from './cluster.ts'
import { healPartition, loseMaster, split } from './failovers.ts'
import { LEASE_MS, STORM_MS } from './plan.ts'
import { KEYS } from './rows.ts'
import type { SimulatedRedis } from './simulated-redis.ts'
import type { Fault } from './tally.ts'

/** Faults that strike at moments: how often at most in one storm, and what they do; false when there was no occasion. */
const STRIKES: readonly [Fault, number, (cluster: Cluster) => unknown][] = [
  ['log down', 3, (cluster) => goDown(cluster, cluster.servers.master)],
  ['L2 down', 3, (cluster) => goDown(cluster, cluster.servers.tier)],
  ['L2 evicts', 20, evict],
  ['log cut short', 6, cutShort],
  ['log forgotten', 3, forget],
  ['log and L2 flushed', 2, flush],
  ['log restarted from disk', 3, (cluster) => restart(cluster, cluster.servers.master)],
  ['L2 restarted from disk', 3, (cluster) => !cluster.world.plan.sharedRedis && restart(cluster, cluster.servers.tier)],
  ['master lost, replica promoted', 3, loseMaster],
  ['split brain', 5, (cluster) => split(cluster, 'dies')],
  ['old master returns', 4, (cluster) => split(cluster, 'returns')],
  ['partition healed', 3, healPartition],
  ['process paused', 4, (cluster) => cluster.anyNode().process.pause(sometime(cluster))],
  ['machine suspended', 4, (cluster) => cluster.anyNode().process.suspend(sometime(cluster))],
  ['process killed', 3, (cluster) => cluster.replace(cluster.anyNode())],
  ['worker killed', 3, (cluster) => cluster.replaceWorker()],
  ['worker paused', 3, (cluster) => cluster.worker.process.pause(sometime(cluster))],
  ['wall clock set', 3, (cluster) => cluster.anyNode().process.stepWall(cluster.world.random.between(0, 10_000))],
]

/** Plans the strikes of a storm that begins now. */
export function brew(cluster: Cluster): void {
  const { world } = cluster
  for (const [fault, atMost, strike] of STRIKES) {
    const times = Math.round(world.plan.intensityOf(fault) * atMost)
    for (let i = 0; i < times; i++)
      world.scheduler.after(world.random.between(0, STORM_MS - 1), null, () => {
        world.note(() => `*** ${fault} ***`)
        if (strike(cluster) !== false) world.tally.add(fault)
      })
  }
}

/** From a tenth of a lease to two leases. */
function sometime({ world }: Cluster): number {
  return world.random.between(LEASE_MS / 10, 2 * LEASE_MS)
}

function goDown(cluster: Cluster, server: SimulatedRedis): boolean {
  server.down = true
  cluster.world.scheduler.after(sometime(cluster), null, () => {
    server.down = false
  })
  return true
}

function evict({ servers, world }: Cluster): boolean {
  const key = world.random.pick(KEYS)
  return servers.tier.mend(({ tier }) => tier.held.delete(key))
}

/** The log grew past its hard cap: trimmed past whoever is behind, and past the snapshot. */
function cutShort({ servers, world }: Cluster): boolean {
  const keep = world.random.between(0, 4)
  return servers.master.mend(({ log }) => {
    if (log === null) return false
    log.stream = keep === 0 ? [] : log.stream.slice(-keep)
    return true
  })
}

/** The log's hash is gone: deleted by hand, or by a flush of which the second tier is spared. */
function forget({ servers }: Cluster): boolean {
  return servers.master.mend((state) => {
    state.log = null
    return true
  })
}

function flush(cluster: Cluster): boolean {
  cluster.servers.tier.mend(({ tier }) => {
    tier.held.clear()
    return true
  })
  return forget(cluster)
}

function restart(cluster: Cluster, server: SimulatedRedis): boolean {
  if (!server.settled) return false
  server.restart()
  return goDown(cluster, server)
}
