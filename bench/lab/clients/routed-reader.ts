import { type Answer, describeAnswer, isFresh, isFreshHit } from '@freshet/testing/answer'
import type { CacheNode } from '../cluster/cache-node.ts'
import type { Stage } from '../cluster/stage.ts'
import type { Random } from '../workload/random.ts'
import type { ReadMeter } from './read-meter.ts'

/** Share of reads that go to the owner; the others go to any node, as behind a load balancer. */
const BY_THE_RING = 0.5

/**
 * Reads as a client or a load balancer does: a node that refuses, or whose connection fails, is followed by another. The
 * oracle judges every answer on the way.
 */
export class RoutedReader {
  private readonly stage: Pick<Stage, 'find' | 'oracle' | 'topology'>
  private readonly random: Random

  constructor(stage: Pick<Stage, 'find' | 'oracle' | 'topology'>, random: Random) {
    this.stage = stage
    this.random = random
  }

  async read(key: string, meter: ReadMeter): Promise<void> {
    const sentMs = performance.now()
    let last: Answer | null = null
    for (const node of this.candidatesFor(key)) {
      if (last !== null) meter.retried++
      last = await this.stage.oracle.read(node.client, key)
      if (!isAnswered(last)) continue
      const fromPeer = last.cacheStatus.detail === 'peer'
      const { answeredMs } = last
      meter.answered({ sentMs, answeredMs, fresh: isFresh(last), freshHit: isFreshHit(last), fromPeer })
      return
    }
    meter.failed(last === null ? 'nobody to ask' : describeAnswer(last))
  }

  /** Best first, by what the nodes said last: a client is not told who has just died. */
  private candidatesFor(key: string): CacheNode[] {
    const { find, topology } = this.stage
    const { latest } = topology
    const known = latest?.nodes.filter(({ draining }) => !draining).map(({ id }) => id) ?? []
    const ids =
      this.random() < BY_THE_RING ? topology.ring.preferenceOf(key, known.length) : shuffled(known, this.random)
    return ids.flatMap((id) => find(id) ?? [])
  }
}

function isAnswered({ status, code }: Answer): boolean {
  return status === 200 || code === 'absent_at_origin' || code === 'miss'
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
