import type { Cluster } from './cluster.ts'
import { KEYS, LEASE_MS, STORM_MS } from './plan.ts'
import type { Fault } from './tally.ts'

/** Faults that strike at moments: how often at most in one storm, and what they do. */
const STRIKES: readonly [Fault, number, (cluster: Cluster) => void][] = [
  ['log down', 4, (cluster) => goDown(cluster, 'logDown')],
  ['L2 down', 4, (cluster) => goDown(cluster, 'tierDown')],
  ['L2 evicts', 40, ({ servers, world }) => servers.tier.held.delete(world.random.pick(KEYS))],
  ['log trimmed', 10, ({ servers, world }) => servers.log.trimBefore(servers.tail + 2 - world.random.between(1, 5))],
  ['new generation, L2 kept', 4, (cluster) => beginGeneration(cluster)],
  ['new generation, L2 lost', 3, loseEverything],
  ['process paused', 6, (cluster) => cluster.anyNode().process.pause(sometime(cluster))],
  ['machine suspended', 6, (cluster) => cluster.anyNode().process.suspend(sometime(cluster))],
  ['process killed', 3, (cluster) => cluster.replace(cluster.anyNode())],
  ['wall clock set', 3, (cluster) => cluster.anyNode().process.stepWall(cluster.world.random.between(0, 10_000))],
]

/** Plans the strikes of a storm that begins now. */
export function brew(cluster: Cluster): void {
  const { world } = cluster
  for (const [fault, atMost, strike] of STRIKES) {
    const times = Math.round(world.plan.intensityOf(fault) * atMost)
    for (let i = 0; i < times; i++)
      world.scheduler.after(world.random.between(0, STORM_MS - 1), null, () => {
        world.tally.add(fault)
        world.note(() => `*** ${fault} ***`)
        strike(cluster)
      })
  }
}

/** From a tenth of a lease to three leases. */
function sometime({ world }: Cluster): number {
  return world.random.between(LEASE_MS / 10, 3 * LEASE_MS)
}

function goDown(cluster: Cluster, server: 'logDown' | 'tierDown'): void {
  const { servers, world } = cluster
  servers[server] = true
  world.scheduler.after(sometime(cluster), null, () => {
    servers[server] = false
  })
}

function beginGeneration({ servers, world }: Cluster): void {
  const generation = servers.beginGeneration()
  world.note(() => `the log begins generation ${Number.parseInt(generation, 16)}`)
}

function loseEverything(cluster: Cluster): void {
  cluster.servers.tier.held.clear()
  beginGeneration(cluster)
}
