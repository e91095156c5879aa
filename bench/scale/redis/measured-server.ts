import { startRedis } from '@freshet/testing/redis'
import type { Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'

/** What was taken. */
export interface Cost {
  /** Of the server's CPU, microseconds. */
  serverUs: number
  /** Of ours, microseconds. */
  ownUs: number
  /** That the server sent. */
  bytesOut: number
}

/** A Redis of our own that tells what it was kept busy with. */
export class MeasuredServer {
  readonly url: string
  readonly admin: Redis

  private constructor(url: string, admin: Redis) {
    this.url = url
    this.admin = admin
  }

  static async start(undo: Undo): Promise<MeasuredServer> {
    const { url } = undo.add(await startRedis(), (server) => server.stop())
    const server = new MeasuredServer(url, await connect(url, undo))
    return server
  }

  connect(undo: Undo): Promise<Redis> {
    return connect(this.url, undo)
  }

  /** Measures so many operations, whatever they are, after as many that are not counted. */
  async costOf(operations: number, work: (operations: number) => Promise<unknown>): Promise<Cost> {
    await work(operations)
    const { serverUs, ownUs, bytesOut } = await this.costOver(() => work(operations))
    return { serverUs: serverUs / operations, ownUs: ownUs / operations, bytesOut: bytesOut / operations }
  }

  /** Measures whatever happens meanwhile. */
  async costOver(work: () => Promise<unknown>): Promise<Cost> {
    const before = await this.read()
    await work()
    const after = await this.read()
    return {
      serverUs: after.cpuUs - before.cpuUs,
      ownUs: after.ownUs - before.ownUs,
      bytesOut: after.bytesOut - before.bytesOut,
    }
  }

  private async read(): Promise<{ cpuUs: number; ownUs: number; bytesOut: number }> {
    const text = `${await this.admin.info('cpu')}\n${await this.admin.info('stats')}`
    const own = process.cpuUsage()
    const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1] ?? Number.NaN)
    return {
      cpuUs: (field('used_cpu_sys') + field('used_cpu_user')) * 1e6,
      ownUs: own.user + own.system,
      bytesOut: field('total_net_output_bytes'),
    }
  }
}

async function connect(url: string, undo: Undo): Promise<Redis> {
  const redis = new Redis(url)
  undo.add(redis, async () => redis.disconnect())
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return redis
}
