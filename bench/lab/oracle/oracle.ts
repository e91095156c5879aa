import type { Answer } from '@freshet/testing/answer'
import type { NodeClient } from '@freshet/testing/node-client'
import { Gaps } from './gaps.ts'
import { type Reading, readingOf, readingsOf } from './reading.ts'
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

/** What a reply to a read that is sent now must not be older than. */
interface Expectation {
  row: Row
  /** Not as fresh. */
  floor: number
  /** Not even marked stale: this node has said that it applied what ended it. */
  known: number
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
  /** Stretches in which no read came to a value, on any node; and on each. */
  readonly gaps = new Gaps()
  readonly gapsOf = new Map<string, Gaps>()
  private readonly looks: Promise<unknown>[] = []
  private readonly look: () => Promise<readonly string[]>

  /** @param look describes each node: generation, applied, lease. */
  constructor(look: () => Promise<readonly string[]>) {
    this.look = look
  }

  async read(node: NodeClient, key: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    const expected = this.expect(node, key)
    const answer = await node.request('GET', key, undefined, headers)
    this.hear(answer, expected, readingOf(answer))
    return answer
  }

  async readMany(node: NodeClient, keys: readonly string[]): Promise<Answer> {
    const expected = keys.map((key) => this.expect(node, key))
    const answer = await node.post('/api/cache/mget', { keys })
    const readings = readingsOf(answer, keys)
    if (readings.length !== keys.length) throw new Error(`${readings.length} items for ${keys.length} keys`)
    for (const [i, reading] of readings.entries()) {
      const about = expected[i]
      if (about !== undefined) this.hear(answer, about, reading)
    }
    return answer
  }

  /** Until every violation knows what the nodes said. */
  async settle(): Promise<void> {
    await Promise.all(this.looks)
  }

  private expect(node: NodeClient, key: string): Expectation {
    const row = this.rows.of(key)
    return { row, floor: row.floor, known: row.knownTo.get(node.name) ?? 0 }
  }

  private hear(answer: Answer, { row, floor, known }: Expectation, { kind, n, fresh, text }: Reading): void {
    this.reads[kind]++
    if (n === null) return
    if (n > 0) {
      this.gaps.answered(answer.answeredMs)
      this.gapsAt(answer.node).answered(answer.answeredMs)
    }
    if (n < row.committed || !fresh) row.note(text)
    if (fresh && n < floor) this.report(row, text, `fresh, although ${floor} was acknowledged before it was asked for`)
    else if (n < known) this.report(row, text, `marked stale, although ${answer.node} had applied ${known} before`)
    // What is no number is no version of ours, and would pass every comparison.
    else if (Number.isNaN(n) || n > row.committed) this.report(row, text, 'a version that the source never had')
  }

  private report(row: Row, text: string, why: string): void {
    if (this.violations.length >= MAX_VIOLATIONS) return
    const nodes: string[] = []
    this.violations.push({ what: `${row.key}: ${text}: ${why}`, history: [...row.history], nodes })
    this.looks.push(this.look().then((lines) => nodes.push(...lines)))
  }

  private gapsAt(node: string): Gaps {
    let gaps = this.gapsOf.get(node)
    if (gaps === undefined) {
      gaps = new Gaps()
      this.gapsOf.set(node, gaps)
    }
    return gaps
  }
}
