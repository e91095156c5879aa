import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import { readClusterSlots, type SlotRange } from './cluster-slots.ts'
import { shuffled } from './connection-options.ts'
import type { Layout, Servers } from './masters.ts'

/** A slot that a master takes over: `[<slot>-<-<the other's id>]` in its own line of CLUSTER NODES. */
const IMPORTING = /\[(\d+)-<-/g

/**
 * The masters of a Cluster. Read anew each time: a connection that only walks never names a key, is therefore never sent
 * elsewhere, and would go on for ever without a master that joined.
 */
export function clusterServers(cluster: Cluster): Servers {
  return {
    client: cluster,
    async layout() {
      // One that is connected: a member that is just being connected to would refuse.
      const [asked = cluster] = shuffled(cluster.nodes('master').filter(({ status }) => status === 'ready'))
      const ranges = await readClusterSlots(asked)
      const holders = new Map(ranges.map(({ master }) => [master.id, master]))
      const masters = [...holders.values()].map(async (master) => ({
        name: master.id,
        redis: connectionTo(cluster, master) ?? (await refreshed(cluster, master)),
      }))
      return { masters: await Promise.all(masters), version: digest(ranges) }
    },
    async sentAhead({ masters }: Layout) {
      const names = await Promise.all(masters.map(({ redis }) => keysOfImported(redis)))
      return names.flat()
    },
  }
}

function connectionTo(cluster: Cluster, { host, port }: SlotRange['master']): Redis | undefined {
  return cluster.nodes('master').find(({ options }) => options.host === host && options.port === port)
}

async function refreshed(cluster: Cluster, master: SlotRange['master']): Promise<Redis> {
  await new Promise<void>((resolve, reject) =>
    cluster.refreshSlotsCache((error) => (error ? reject(error) : resolve())),
  )
  const redis = connectionTo(cluster, master)
  if (!redis) throw new Error(`no connection to the master at ${master.host}:${master.port}`)
  return redis
}

function digest(ranges: readonly SlotRange[]): string {
  const text = ranges.map(({ from, to, master }) => `${from}-${to}:${master.id}`).join(',')
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}

async function keysOfImported(redis: Redis): Promise<string[]> {
  const nodes = z.string().parse(await redis.cluster('NODES'))
  const own = nodes.split('\n').find((line) => line.includes('myself')) ?? ''
  const names = [...own.matchAll(IMPORTING)].map(async ([, slot = '']) => {
    const count = Number(await redis.cluster('COUNTKEYSINSLOT', slot))
    return z.array(z.string()).parse(await redis.cluster('GETKEYSINSLOT', slot, count))
  })
  return (await Promise.all(names)).flat()
}
