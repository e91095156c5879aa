import { setTimeout as sleep } from 'node:timers/promises'
import { Receipt } from '@freshet/core/invalidation/receipt'
import type { Answer } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import { AckTally } from './ack-tally.ts'
import type { Rows } from './rows.ts'

/** Body of an invalidation's request and where it goes. */
export interface Invalidation {
  path: '/api/invalidate' | '/api/invalidate/pattern'
  matchers: Readonly<Record<string, unknown>>
}

export const byKeys = (keys: readonly string[]): Invalidation => ({ path: '/api/invalidate', matchers: { keys } })
export const byTags = (tags: readonly string[]): Invalidation => ({ path: '/api/invalidate', matchers: { tags } })
export const byNamespace = (namespace: string): Invalidation => ({ path: '/api/invalidate', matchers: { namespace } })
export const byPattern = (pattern: string): Invalidation => ({ path: '/api/invalidate/pattern', matchers: { pattern } })

/** How long an invalidation that was answered 202 is followed. */
const FOLLOW_MS = 5_000

/** Commits at the source, invalidates, and on the acknowledgement raises what readers may expect. */
export class Changer {
  readonly tally = new AckTally()
  private readonly rows: Rows

  constructor(rows: Rows) {
    this.rows = rows
  }

  /**
   * Changes keys and invalidates them with `wait: all`.
   * @returns how it was acknowledged; null when it was not, and nothing was promised.
   */
  async change(
    keys: readonly string[],
    { path, matchers }: Invalidation,
    node: NodeClient,
    mode: 'hard' | 'soft' = 'hard',
  ): Promise<'members' | 'lease' | null> {
    const committed = new Map(keys.map((key) => [key, this.rows.commit(key)]))
    const answer = await node.post(path, { ...matchers, mode, wait: 'all' })
    const receipt = await this.settle(answer, node)
    const by = receipt?.acknowledgedBy ?? null
    this.count(answer, by)
    const outcome = by ?? `not acknowledged (${answer.failure ?? answer.code ?? answer.status})`
    for (const [key, n] of committed) {
      if (by !== null) this.rows.of(key).raise(n)
      this.rows.of(key).note(`${node.name} ${mode} ${JSON.stringify(matchers)} for ${n}: ${outcome}`)
    }
    // Soft invalidations leave values to be served marked stale.
    if (by !== null && mode === 'hard')
      for (const { nodeId, appliedAfterMs } of receipt?.nodes ?? [])
        if (appliedAfterMs !== null) for (const [key, n] of committed) this.rows.learn(nodeId, key, n, answer.sentMs)
    return by
  }

  private async settle(answer: Answer, node: NodeClient): Promise<Receipt | null> {
    if (answer.status === 200) return Receipt.parse(JSON.parse(answer.body))
    if (answer.status !== 202) return null
    const { id } = Receipt.parse(JSON.parse(answer.body))
    for (const untilMs = performance.now() + FOLLOW_MS; performance.now() < untilMs; await sleep(100)) {
      const found = await node.get(`/api/invalidate/receipts/${id}`)
      if (found.status !== 200) return null
      const receipt = Receipt.parse(JSON.parse(found.body))
      if (receipt.state === 'failed') return null
      if (receipt.state === 'acknowledged') {
        this.tally.later++
        return receipt
      }
    }
    return null
  }

  private count({ status, sentMs }: Answer, by: 'members' | 'lease' | null): void {
    const { tally } = this
    if (by === null) {
      if (status === 0) tally.failed++
      else tally.refused++
      return
    }
    if (by === 'members') tally.byMembers++
    else tally.byLease++
    tally.latency.record((performance.now() - sentMs) * 1_000)
  }
}
