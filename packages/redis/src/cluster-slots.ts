import type { Cluster, Redis } from 'ioredis'
import { z } from 'zod'
import type { Endpoint } from './redis-url.ts'

/** Slots that one master holds, both ends included. */
export interface SlotRange {
  from: number
  to: number
  master: Endpoint & { id: string }
}

/** Host, port, id, and what later releases may add. */
const Member = z.tuple([z.string(), z.number(), z.string()], z.unknown())
const Reply = z.array(z.tuple([z.number(), z.number(), Member], z.unknown()))

/** Who holds which slots, as one member sees it; in the order of slots. */
export async function readClusterSlots(redis: Redis | Cluster): Promise<SlotRange[]> {
  const ranges = Reply.parse(await redis.cluster('SLOTS')).map(([from, to, [host, port, id]]) => ({
    from,
    to,
    master: { host, port, id },
  }))
  return ranges.sort((a, b) => a.from - b.from)
}
