import type { Redis } from 'ioredis'
import { z } from 'zod'

/** How many replicas must have an append before it is acknowledged, and how long they are waited for. */
export interface ReplicaRule {
  /** `auto`: as many as the server itself insists on (min-replicas-to-write). */
  wanted: number | 'auto'
  /** Milliseconds; shorter than the connection's patience, or an append that waits would end it. */
  withinMs: number
}

/** For a Redis without replicas. */
export const NO_REPLICAS: ReplicaRule = { wanted: 0, withinMs: 0 }

/** How long an answer of the server is believed; an operator may change its configuration while it runs. */
const BELIEVED_MS = 10_000

const ConfigReply = z.tuple([z.string(), z.coerce.number().int().nonnegative()])

/**
 * How many replicas an append must wait for (rule waitRepl). Without a number in the settings the server is asked: on each
 * new connection before the first append, because after a failover another server answers, and now and then in between.
 */
export class ReplicaWait {
  readonly withinMs: number
  private readonly redis: Redis
  private readonly wanted: number | 'auto'
  private known: { count: number; stream: Redis['stream']; atMs: number } | null = null
  private asking: Promise<number> | null = null

  constructor(redis: Redis, { wanted, withinMs }: ReplicaRule) {
    this.redis = redis
    this.wanted = wanted
    this.withinMs = withinMs
  }

  /** Rejects when the server cannot be asked. A number in the usual case, so that an append waits for no turn. */
  count(): number | Promise<number> {
    if (this.wanted !== 'auto') return this.wanted
    if (this.known === null || this.known.stream !== this.redis.stream) return this.ask()
    // What is known goes on being used: the news is for the appends to come.
    if (performance.now() - this.known.atMs > BELIEVED_MS) this.ask().catch(() => {})
    return this.known.count
  }

  private ask(): Promise<number> {
    this.asking ??= this.askNow().finally(() => {
      this.asking = null
    })
    return this.asking
  }

  private async askNow(): Promise<number> {
    const { stream } = this.redis
    const count = await readWanted(this.redis)
    this.known = { count, stream, atMs: performance.now() }
    return count
  }
}

/** An account that may not read the configuration (a hosted Redis) waits for the replicas that are attached. */
async function readWanted(redis: Redis): Promise<number> {
  try {
    const [, count] = ConfigReply.parse(await redis.config('GET', 'min-replicas-to-write'))
    return count
  } catch (error) {
    if (!isRefusal(error)) throw error
    return Number(/^connected_slaves:(\d+)/m.exec(await redis.info('replication'))?.[1] ?? 0)
  }
}

/** By rights (ACL), or by a server that has no such command. */
function isRefusal(error: unknown): boolean {
  return error instanceof z.ZodError || (error instanceof Error && /^(NOPERM|ERR unknown command)/i.test(error.message))
}
