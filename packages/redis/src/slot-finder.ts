import { Redis, type RedisOptions } from 'ioredis'
import { readClusterSlots } from './cluster-slots.ts'
import { shuffled } from './connection-options.ts'
import type { Endpoint } from './redis-url.ts'

/** How long members may take to say who holds which slot, all together; those that are down say nothing. */
const PATIENCE_MS = 1_000
/** Members asked at once: the first that answers is believed. */
const ASKED_AT_ONCE = 3

/** Finds out who holds one slot of a Cluster. */
export class SlotFinder {
  private readonly slot: number
  private readonly seeds: readonly Endpoint[]
  private readonly access: RedisOptions
  /** Masters as they were last told: the seeds may all have been replaced since the process began. */
  private members: readonly Endpoint[] = []
  private hint: Endpoint | null = null

  constructor(slot: number, seeds: readonly Endpoint[], access: RedisOptions) {
    this.slot = slot
    this.seeds = seeds
    this.access = access
  }

  /** Where a server said that the slot is (MOVED): it is asked for there next, before others have heard of it. */
  suggest(error: Error): void {
    const [, host, port] = /^MOVED \d+ (.+):(\d+)$/.exec(error.message) ?? []
    this.hint = host ? { host, port: Number(port) } : null
  }

  /** Rejects when nobody who was asked could say. */
  async find(): Promise<Endpoint> {
    const { hint } = this
    this.hint = null
    if (hint) return hint
    const known = new Map([...this.members, ...this.seeds].map((member) => [`${member.host}:${member.port}`, member]))
    const rest = shuffled([...known.values()])
    let failure: unknown
    while (rest.length > 0) {
      const answers = rest.splice(0, ASKED_AT_ONCE).map((member) => this.ask(member))
      try {
        return await Promise.any(answers)
      } catch (error) {
        failure = error instanceof AggregateError ? error.errors[0] : error
      }
    }
    throw new Error(`nobody of the Redis Cluster says who holds slot ${this.slot}`, { cause: failure })
  }

  private async ask(member: Endpoint): Promise<Endpoint> {
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
      const ranges = await readClusterSlots(redis)
      const holder = ranges.find(({ from, to }) => from <= this.slot && this.slot <= to)?.master
      if (!holder) throw new Error(`${member.host}:${member.port} knows nobody who holds slot ${this.slot}`)
      this.members = ranges.map(({ master }) => master)
      return { host: holder.host, port: holder.port }
    } finally {
      redis.disconnect()
    }
  }
}
