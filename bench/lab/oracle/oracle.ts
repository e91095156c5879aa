import { type Answer, describeAnswer, isFresh, isFreshHit } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import { Gaps } from './gaps.ts'
import type { Row } from './row.ts'
import { Rows } from './rows.ts'
import { noReads, type ReadCounts } from './tally.ts'

/** A reply that broke the promise, with all that explains it. */
export interface Violation {
  what: string
  /** The key's last events, the offending read among them. */
  history: readonly string[]
  /** What each node said of itself right after. */
  nodes: readonly string[]
}

/** After this many, more say nothing new. */
const MAX_VIOLATIONS = 20

/**
 * Judges every read. It takes the floor *before* a read is sent: what was acknowledged until then, the reply must know. A
 * reply marked fresh that does not is a violation. So is one marked stale that is older than what this very node had
 * applied.
 */
export class Oracle {
  readonly rows = new Rows()
  readonly violations: Violation[] = []
  readonly reads: ReadCounts = noReads()
  /** Stretches in which no read came to a value, on any node. */
  readonly gaps = new Gaps()
  private readonly look: () => Promise<readonly string[]>

  /** @param look describes each node: generation, applied, lease. */
  constructor(look: () => Promise<readonly string[]>) {
    this.look = look
  }

  async read(node: NodeClient, key: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    const row = this.rows.of(key)
    const { floor } = row
    const known = row.knownTo.get(node.name) ?? 0
    const answer = await node.request('GET', key, undefined, headers)
    this.count(answer)
    this.judge(row, answer, floor, known)
    return answer
  }

  private judge(row: Row, answer: Answer, floor: number, known: number): void {
    if (answer.status !== 200 && answer.code !== 'absent_at_origin') return
    // Versions begin at 1: a key that is said to be absent is older than any.
    const n = answer.status === 200 ? Number(answer.body) : 0
    const fresh = isFresh(answer)
    if (n < row.committed || !fresh) row.note(describeRead(answer))
    if (fresh && n < floor)
      this.report(row, answer, `fresh, although ${floor} was acknowledged before it was asked for`)
    else if (n < known) this.report(row, answer, `marked stale, although ${answer.node} had applied ${known} before`)
    // A body that is no number is no version of ours, and would pass every comparison.
    else if (Number.isNaN(n) || n > row.committed) this.report(row, answer, 'a version that the source never had')
  }

  private report(row: Row, answer: Answer, why: string): void {
    if (this.violations.length >= MAX_VIOLATIONS) return
    const nodes: string[] = []
    this.violations.push({ what: `${row.key}: ${describeRead(answer)}: ${why}`, history: [...row.history], nodes })
    void this.look().then((lines) => nodes.push(...lines))
  }

  private count(answer: Answer): void {
    const { reads } = this
    if (answer.status === 200) this.gaps.answered(answer.answeredMs)
    if (isFreshHit(answer)) reads.hits++
    else if (isFresh(answer)) reads.loaded++
    else if (answer.status === 200) reads.stale++
    else if (answer.code === 'miss') reads.absent++
    else if (answer.status > 0) reads.refused++
    else reads.failed++
  }
}

function describeRead(answer: Answer): string {
  const stretch = `${answer.sentMs.toFixed(1)} to ${answer.answeredMs.toFixed(1)}`
  return `${describeAnswer(answer)} "${answer.body.slice(0, 20)}" of version ${answer.version || 'none'}, ${stretch}`
}
