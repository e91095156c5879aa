import type { Cache } from '@freshet/client'
import { FreshetError } from '@freshet/client'
import { Document, makeDocument } from '../keys/document.ts'
import type { KeyFacts } from '../keys/key-space.ts'
import type { Operation } from './operation.ts'
import type { Oracle } from './oracle.ts'
import type { Tally } from './tally.ts'

interface SenderDeps {
  cache: Pick<Cache, 'readOrLoad' | 'set' | 'invalidate'>
  oracle: Oracle
  tally: Tally
  ttlMs: number
}

/** Sends operations as an application would: it reads through the cache, and tells it of what it changed. */
export class OperationSender {
  private readonly deps: SenderDeps

  constructor(deps: SenderDeps) {
    this.deps = deps
  }

  /** Never rejects: failures are counted. */
  async send(operation: Operation, facts: KeyFacts, dueMs: number): Promise<void> {
    const { tally } = this.deps
    tally.sent[operation]++
    try {
      const isSent = await this.perform(operation, facts)
      // Two changes of one key at once cannot be judged; the second is a read.
      if (!isSent) await this.read(facts)
      tally.latency[isSent ? operation : 'read'].record((performance.now() - dueMs) * 1_000)
    } catch (error) {
      tally.count(tally.errors, error instanceof FreshetError ? error.code : String(error))
    }
  }

  private async perform(operation: Operation, facts: KeyFacts): Promise<boolean> {
    if (operation === 'read') {
      await this.read(facts)
      return true
    }
    const { cache, oracle, tally, ttlMs } = this.deps
    const { key, bytes, tags } = facts
    return oracle.change(key, async (version) => {
      const { settled } =
        operation === 'write'
          ? await cache.set(key, makeDocument(version, bytes), { ttlMs, tags, wait: 'all' })
          : await cache.invalidate({ keys: [key] }, { reason: 'load test' })
      if (!settled) tally.unsettled++
      return settled
    })
  }

  private async read({ key, bytes, tags }: KeyFacts): Promise<void> {
    const { cache, oracle, tally, ttlMs } = this.deps
    // Taken before the read begins: what is acknowledged while it is under way it need not know.
    const acknowledged = oracle.floor(key)
    const load = async () => makeDocument(oracle.committed(key), bytes)
    const { value, source, stale } = await cache.readOrLoad(key, load, { ttlMs, tags, schema: Document })
    tally.count(tally.sources, source)
    if (stale !== null) tally.markedStale++
    else if (value.version < acknowledged) tally.stale.push({ key, served: value.version, acknowledged, source })
  }
}
