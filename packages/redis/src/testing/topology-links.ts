import type { Redis } from 'ioredis'
import { type ConnectionOptions, connectRedis, connectRouted, type RedisClient } from '../connection.ts'
import { RedisInvalidationLog } from '../invalidation-log.ts'
import { connectForJobs } from '../job-queues.ts'
import { untilReady } from '../until-ready.ts'

/** Connections to one address, all of them ready when they are given out, and closed together. */
export class TopologyLinks {
  /** What connections complained of. */
  readonly complaints: Error[] = []
  private readonly url: string
  private readonly open: RedisClient[] = []

  constructor(url: string) {
    this.url = url
  }

  /** To one server; `near` and `stallMs` (500) as in `connectRedis`. */
  async one(name: string, { near, stallMs = 500 }: { near?: string; stallMs?: number } = {}): Promise<Redis> {
    return this.keep(connectRedis({ ...this.options(name, stallMs), near }))
  }

  async routed(name: string, stallMs = 500): Promise<RedisClient> {
    return this.keep(connectRouted(this.options(name, stallMs)))
  }

  async jobs(): Promise<Redis> {
    return this.keep(connectForJobs(this.url, 'jobs', (error) => this.complaints.push(error)))
  }

  /** The log as a node has it: appends, polls and the doorbell on connections of their own. */
  async log(nodeId: string, leaseMs = 2_000): Promise<RedisInvalidationLog> {
    const [append, poll, doorbell] = await Promise.all([
      this.one(`${nodeId}/append`, { stallMs: leaseMs / 2 }),
      this.one(`${nodeId}/poll`, { stallMs: leaseMs / 2 }),
      this.one(`${nodeId}/doorbell`, { stallMs: 0 }),
    ])
    const options = { append, poll, doorbell, nodeId, incarnation: 'i', leaseMs, maxRecords: 10_000, pageSize: 1_000 }
    return new RedisInvalidationLog(options)
  }

  close(): void {
    for (const redis of this.open) redis.disconnect()
  }

  private options(name: string, stallMs: number): ConnectionOptions {
    return { url: this.url, name, stallMs, onError: (error) => this.complaints.push(error) }
  }

  private async keep<T extends RedisClient>(redis: T): Promise<T> {
    this.open.push(redis)
    await untilReady(redis, 10_000)
    return redis
  }
}
