import type { NodeAnnouncement } from '@freshet/core/contracts/node-registry'
import type { NodeRegistry } from '@freshet/redis/node-registry'

const EVERY_MS = 1_000

/** Keeps this node's row in the registry alive, and takes it out on leaving. */
export class Announcer {
  private readonly registry: NodeRegistry
  private readonly describe: () => NodeAnnouncement
  private readonly onError: (error: unknown) => void
  private timer: NodeJS.Timeout | null = null

  constructor(registry: NodeRegistry, describe: () => NodeAnnouncement, onError: (error: unknown) => void) {
    this.registry = registry
    this.describe = describe
    this.onError = onError
  }

  start(): void {
    this.announce()
    this.timer = setInterval(() => this.announce(), EVERY_MS)
  }

  /** Out of the list at once, so that nobody routes here while connections drain. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer)
    await this.registry.withdraw(this.describe().id).catch(this.onError)
  }

  private announce(): void {
    this.registry.announce(this.describe()).catch(this.onError)
  }
}
