import type { FigureStage } from '../stage/figure-stage.ts'
import { type Paced, paced } from './paced.ts'

/** How often a second one invalidation is followed until every node has applied it. */
const PROBES_PER_SECOND = 20

/** Invalidates keys that nobody reads, at a rate, over all nodes, and follows some of them through the cluster. */
export class Invalidator {
  private readonly stage: FigureStage
  private readonly keysPerRequest: number
  private readonly delaysMs: number[] = []
  private sending: Paced | null = null
  private probing: Paced | null = null
  private named = 0

  constructor(stage: FigureStage, { keysPerRequest }: { keysPerRequest: number }) {
    this.stage = stage
    this.keysPerRequest = keysPerRequest
  }

  start(keysPerSecond: number): void {
    const { keysPerRequest } = this
    this.sending = paced(keysPerSecond / keysPerRequest, (n) =>
      this.callerOf(n).invalidate({ keys: this.names(keysPerRequest), wait: 'none' }),
    )
    this.probing = paced(PROBES_PER_SECOND, (n) => this.probe(n))
  }

  /** Rejects when the rate could not be kept. Resolves to the delays until all nodes had applied it, milliseconds. */
  async stop(): Promise<number[]> {
    await Promise.all([this.sending?.stop(), this.probing?.stop()])
    return this.delaysMs
  }

  private async probe(n: number): Promise<void> {
    const { nodes, acknowledgedBy } = await this.callerOf(n).invalidate({ keys: this.names(1), wait: 'all' })
    const applied = nodes.flatMap(({ appliedAfterMs }) => appliedAfterMs ?? [])
    if (acknowledgedBy === 'members') this.delaysMs.push(Math.max(...applied))
  }

  private callerOf(n: number) {
    const { callers } = this.stage
    const caller = callers[n % callers.length]
    if (caller === undefined) throw new Error('there is no node')
    return caller
  }

  /** Names in the namespace that is read, beyond its rows. */
  private names(count: number): string[] {
    const { catalogue } = this.stage
    return Array.from({ length: count }, () => catalogue.key(catalogue.rows + this.named++))
  }
}
