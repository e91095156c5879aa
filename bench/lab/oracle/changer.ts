import { setTimeout as sleep } from 'node:timers/promises'
import { Receipt } from '@freshet/core/invalidation/receipt'
import type { Answer } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import { type AckBasis, AckTally } from './ack-tally.ts'
import type { Invalidation, Mode } from './invalidation.ts'
import type { Rows } from './rows.ts'

/** How long an invalidation that was answered 202 is followed. */
const FOLLOW_MS = 5_000

interface Acknowledgement {
  by: AckBasis
  /** Names of the nodes that said that they had applied it. */
  applied: readonly string[]
}

/** Commits at the source, invalidates, and on the acknowledgement raises what readers may expect. */
export class Changer {
  readonly tally = new AckTally()
  private readonly rows: Rows

  constructor(rows: Rows) {
    this.rows = rows
  }

  /**
   * Changes keys and invalidates them, to be acknowledged for all nodes.
   * @returns how it was acknowledged; null when it was not, and nothing was promised.
   */
  async change(
    keys: readonly string[],
    invalidation: Invalidation,
    node: NodeClient,
    mode: Mode = 'hard',
  ): Promise<AckBasis | null> {
    const committed = new Map(keys.map((key) => [key, this.rows.commit(key)]))
    const answer = await invalidation.ask(node, mode)
    const acknowledged = await this.settle(answer, node)
    this.tally.count(answer, acknowledged?.by ?? null)
    const outcome = acknowledged?.by ?? `not acknowledged (${answer.failure ?? answer.code ?? answer.status})`
    for (const [key, n] of committed) {
      if (acknowledged !== null) this.rows.of(key).raise(n)
      this.rows.of(key).note(`${node.name} was told ${mode} ${invalidation.text} for ${n}: ${outcome}`)
      // Soft invalidations leave values to be served marked stale.
      if (mode === 'hard') for (const name of acknowledged?.applied ?? []) this.rows.learn(name, key, n, answer.sentMs)
    }
    return acknowledged?.by ?? null
  }

  private async settle(answer: Answer, node: NodeClient): Promise<Acknowledgement | null> {
    if (answer.status === 204) return { by: 'unsaid', applied: [] }
    if (answer.status !== 200 && answer.status !== 202) return null
    const receipt = Receipt.parse(JSON.parse(answer.body))
    return answer.status === 200 ? acknowledgementIn(receipt) : this.follow(receipt.id, node)
  }

  private async follow(id: string, node: NodeClient): Promise<Acknowledgement | null> {
    for (const untilMs = performance.now() + FOLLOW_MS; performance.now() < untilMs; await sleep(100)) {
      const found = await node.get(`/api/invalidate/receipts/${id}`)
      if (found.status !== 200) return null
      const receipt = Receipt.parse(JSON.parse(found.body))
      if (receipt.state === 'failed') return null
      if (receipt.state === 'acknowledged') {
        this.tally.later++
        return acknowledgementIn(receipt)
      }
    }
    return null
  }
}

function acknowledgementIn({ acknowledgedBy, nodes }: Receipt): Acknowledgement | null {
  if (acknowledgedBy === null) return null
  const applied = nodes.filter(({ appliedAfterMs }) => appliedAfterMs !== null).map(({ nodeId }) => nodeId)
  return { by: acknowledgedBy, applied }
}
