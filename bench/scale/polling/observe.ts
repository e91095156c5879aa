import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@freshet/core/clock'
import { ClusterClock } from '@freshet/core/coherence/cluster-clock'
import { Follower } from '@freshet/core/coherence/follower'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import { LogTail } from '@freshet/core/coherence/log-tail'
import type { Entry } from '@freshet/core/entries/entry'
import { LruStore } from '@freshet/core/eviction/lru'
import { Acknowledger } from '@freshet/core/invalidation/acknowledger'
import { MemoryTier } from '@freshet/core/tiers/memory-tier'
import { RedisInvalidationLog } from '@freshet/redis/invalidation-log'
import { Undo } from '@freshet/testing/undo'
import { MeasuredServer } from '../redis/measured-server.ts'

export interface Observed {
  pollsPerSecond: number
  busy: number
}

const LEASE_MS = 2_000
const MARGIN_MS = 100
const WARM_UP_MS = LEASE_MS + 2 * MARGIN_MS
const MEASURED_MS = 3_000
const TINY_INDEX = { buckets: 1, maxPatterns: 1, maxNamespaces: 1 }

/** The same as `simulate`, with nothing modelled: log tails, acknowledgers and their connections in this process. */
export async function observe({ nodes, appends }: { nodes: number; appends: number }): Promise<Observed> {
  const undo = new Undo()
  try {
    const server = await MeasuredServer.start(undo)
    let polls = 0
    const members = await Promise.all(
      Array.from({ length: nodes }, async (_, i) => {
        const [append, poll, doorbell] = await Promise.all([undo, undo, undo].map((it) => server.connect(it)))
        if (!append || !poll || !doorbell) throw new Error('unreachable: three connections were asked for')
        const log = new RedisInvalidationLog({
          append,
          poll,
          doorbell,
          nodeId: `node-${i}`,
          incarnation: '0123456789ab',
          leaseMs: LEASE_MS,
          maxRecords: 100_000,
          pageSize: 1_000,
        })
        const follower = new Follower(LEASE_MS, () => new InvalidationIndex(TINY_INDEX))
        const rules = { leaseMs: LEASE_MS, fenceMs: 0, marginMs: MARGIN_MS }
        const acknowledger = new Acknowledger({ members: log, clock: systemClock, ...rules })
        const tail = new LogTail({
          log,
          follower,
          memory: new MemoryTier(new LruStore<Entry>({ maxBytes: 1, maxEntries: 1 })),
          clock: systemClock,
          clusterClock: new ClusterClock(systemClock),
          leaseMs: LEASE_MS,
          onApplied: () => {
            polls++
            if (follower.generation !== null) acknowledger.observe(follower.generation)
          },
          onSwept: () => {},
          onError: () => {},
        })
        undo.add(tail, (it) => it.stop())
        await tail.start()
        return { log, acknowledger }
      }),
    )
    await sleep(WARM_UP_MS)
    let asked = 0
    const ask = () => {
      const member = members[asked++ % members.length]
      void member?.log.append({ kind: 'keys', keys: [`catalogue:item:${asked}`] }).then(
        (version) => member.acknowledger.acknowledge(version),
        () => {},
      )
    }
    const cost = await server.costOver(async () => {
      polls = 0
      const startedMs = performance.now()
      while (performance.now() - startedMs < MEASURED_MS) {
        await sleep(1)
        while (asked < ((performance.now() - startedMs) * appends) / 1_000) ask()
      }
    })
    return { pollsPerSecond: (polls * 1_000) / MEASURED_MS, busy: cost.serverUs / 1e3 / MEASURED_MS }
  } finally {
    await undo.all()
  }
}
