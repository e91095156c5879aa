import type { ClusterDirectory } from './cluster-directory.ts'
import type { Endpoint } from './redis-url.ts'

/** Finds out who holds one slot of a Cluster. */
export class SlotFinder {
  private readonly slot: number
  private readonly directory: ClusterDirectory
  private hint: Endpoint | null = null

  constructor(slot: number, directory: ClusterDirectory) {
    this.slot = slot
    this.directory = directory
  }

  /** Where a server said that the slot is (MOVED): it is looked for there next, before others have heard of it. */
  suggest(error: Error): void {
    const [, host, port] = /^MOVED \d+ (.+):(\d+)$/.exec(error.message) ?? []
    this.hint = host ? { host, port: Number(port) } : null
  }

  /** Rejects when nobody who was asked could say. */
  async find(): Promise<Endpoint> {
    const { hint } = this
    this.hint = null
    if (hint) return hint
    const ranges = await this.directory.read()
    const holder = ranges.find(({ from, to }) => from <= this.slot && this.slot <= to)?.master
    if (!holder) throw new Error(`Nobody of the Redis Cluster holds slot ${this.slot}`)
    return { host: holder.host, port: holder.port }
  }
}
