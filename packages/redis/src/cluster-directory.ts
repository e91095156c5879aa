import { setTimeout as sleep } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { readClusterSlots, type SlotRange } from './cluster-slots.ts'
import { shuffled } from './connection-options.ts'
import type { Endpoint } from './redis-url.ts'

/** How long one member may take to say who holds which slot; one that is down says nothing. */
const PATIENCE_MS = 1_000
/** Silence after which another is asked as well. */
const HEDGE_MS = 250
/** For so long an answer serves all connections of this process that look at once, as they do when a master falls. */
const SHARED_MS = 200

/** Who holds which slots of a Cluster, as its members say. */
export class ClusterDirectory {
  private readonly seeds: readonly Endpoint[]
  private readonly access: RedisOptions
  /** Masters as they were last told: the seeds may all have been replaced since the process began. */
  private members: readonly Endpoint[] = []
  private last: { ranges: SlotRange[]; atMs: number } | null = null
  private asking: Promise<SlotRange[]> | null = null

  constructor(seeds: readonly Endpoint[], access: RedisOptions) {
    this.seeds = seeds
    this.access = access
  }

  /** Rejects when nobody could say. */
  async read(): Promise<readonly SlotRange[]> {
    if (this.last !== null && performance.now() - this.last.atMs < SHARED_MS) return this.last.ranges
    this.asking ??= this.askAround().finally(() => {
      this.asking = null
    })
    return this.asking
  }

  private async askAround(): Promise<SlotRange[]> {
    const known = new Map([...this.members, ...this.seeds].map((member) => [`${member.host}:${member.port}`, member]))
    const asked: Promise<SlotRange[]>[] = []
    let ranges: SlotRange[] | undefined
    for (const member of shuffled([...known.values()])) {
      asked.push(this.ask(member))
      const first = Promise.any(asked).catch(() => undefined)
      ranges = await Promise.race([first, sleep(HEDGE_MS, undefined)])
      if (ranges) break
    }
    ranges ??= await Promise.any(asked).catch((error: unknown) => {
      const cause = error instanceof AggregateError ? error.errors[0] : error
      throw new Error('No member of the Redis Cluster says who holds which slot', { cause })
    })
    this.members = ranges.map(({ master }) => master)
    this.last = { ranges, atMs: performance.now() }
    return ranges
  }

  private async ask(member: Endpoint): Promise<SlotRange[]> {
    const redis = new Redis({
      ...this.access,
      ...member,
      connectTimeout: PATIENCE_MS,
      commandTimeout: PATIENCE_MS,
      enableReadyCheck: false,
      retryStrategy: () => null,
    })
    // What it rejects says enough.
    redis.on('error', () => {})
    try {
      return await readClusterSlots(redis)
    } finally {
      redis.disconnect()
    }
  }
}
