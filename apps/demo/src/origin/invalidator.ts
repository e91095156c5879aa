import type { Logger } from 'pino'
import { Agent, request } from 'undici'

interface InvalidatorOptions {
  /** Any node will do: it tells the others. */
  nodeUrls: readonly string[]
  apiKey: string
  log: Logger
}

/**
 * Tells Freshet which keys have changed, as an application does after its commit. What no node took is kept and told
 * again: a change that is dropped here would be served stale until its TTL ends.
 */
export class Invalidator {
  private readonly pending = new Set<string>()
  private readonly options: InvalidatorOptions
  // Longer than a lease, for which an invalidation may have to wait.
  private readonly agent = new Agent({ connections: 4, headersTimeout: 10_000, bodyTimeout: 10_000 })
  private turn = 0
  private failing = false

  constructor(options: InvalidatorOptions) {
    this.options = options
  }

  add(keys: readonly string[]): void {
    for (const key of keys) this.pending.add(key)
  }

  get pendingCount(): number {
    return this.pending.size
  }

  /** Tries all that is pending once. Never rejects. */
  async flush(): Promise<void> {
    for (const key of [...this.pending]) {
      // Taken out before it is sent: a change that comes while this is under way must be told of again.
      this.pending.delete(key)
      const failure = await this.tellAnyNode(key)
      this.report(failure)
      if (failure === null) continue
      this.pending.add(key)
      return
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }

  /** Null when it was done, else why the last of all nodes did not. */
  private async tellAnyNode(key: string): Promise<string | null> {
    const { nodeUrls } = this.options
    let failure: string | null = null
    for (let tries = 0; tries < nodeUrls.length; tries++) {
      failure = await this.tell(nodeUrls[this.turn++ % nodeUrls.length] ?? '', key)
      if (failure === null) return null
    }
    return failure
  }

  private async tell(node: string, key: string): Promise<string | null> {
    try {
      const { statusCode, body } = await request(`${node}/api/cache/${encodeURIComponent(key)}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${this.options.apiKey}` },
        dispatcher: this.agent,
      })
      await body.dump()
      return statusCode < 300 ? null : `${node} answered ${statusCode}`
    } catch (error) {
      return `${node}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  /** Once when it begins to fail and once when it works again: at one try a second anything more would be noise. */
  private report(failure: string | null): void {
    if (failure !== null && !this.failing) this.options.log.warn({ failure }, 'invalidations wait: no node takes them')
    if (failure === null && this.failing) this.options.log.info('invalidations go through again')
    this.failing = failure !== null
  }
}
