import type { Logger } from 'pino'
import { Agent, request } from 'undici'

interface InvalidatorOptions {
  /** Any node will do: it tells the others. */
  nodeUrls: readonly string[]
  apiKey: string
  log: Logger
}

/** What has changed: single keys, and everything that carries a tag. */
export interface Change {
  keys: readonly string[]
  tags: readonly string[]
}

/** Of each kind, in one request: what a node takes. */
const MAX_AT_ONCE = 1_000

/**
 * Tells Freshet what has changed, as an application does after its commit. What no node took is kept and told again: a
 * change that is dropped here would be served stale until its TTL ends.
 */
export class Invalidator {
  private readonly keys = new Set<string>()
  private readonly tags = new Set<string>()
  private readonly options: InvalidatorOptions
  // Longer than a node waits for the others.
  private readonly agent = new Agent({ connections: 4, headersTimeout: 10_000, bodyTimeout: 10_000 })
  private turn = 0
  private failing = false

  constructor(options: InvalidatorOptions) {
    this.options = options
  }

  add({ keys, tags }: Change): void {
    for (const key of keys) this.keys.add(key)
    for (const tag of tags) this.tags.add(tag)
  }

  get pendingCount(): number {
    return this.keys.size + this.tags.size
  }

  /** Tries all that is pending once. Never rejects. */
  async flush(): Promise<void> {
    while (this.pendingCount > 0) {
      // Taken out before it is sent: a change that comes while this is under way must be told of again.
      const change = { keys: take(this.keys), tags: take(this.tags) }
      const failure = await this.tellAnyNode(change)
      this.report(failure)
      if (failure === null) continue
      this.add(change)
      return
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy()
  }

  /** Null when it was done, else why the last of all nodes did not. */
  private async tellAnyNode(change: Change): Promise<string | null> {
    const { nodeUrls } = this.options
    let failure: string | null = null
    for (let tries = 0; tries < nodeUrls.length; tries++) {
      failure = await this.tell(nodeUrls[this.turn++ % nodeUrls.length] ?? '', change)
      if (failure === null) return null
    }
    return failure
  }

  private async tell(node: string, { keys, tags }: Change): Promise<string | null> {
    try {
      const { statusCode, body } = await request(`${node}/api/invalidate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.options.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          // An empty list names nothing, and is refused as a mistake.
          ...(keys.length > 0 && { keys }),
          ...(tags.length > 0 && { tags }),
          reason: 'prices changed',
        }),
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

function take(names: Set<string>): string[] {
  const taken = [...names].slice(0, MAX_AT_ONCE)
  for (const name of taken) names.delete(name)
  return taken
}
