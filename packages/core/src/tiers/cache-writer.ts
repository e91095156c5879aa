import type { Follower } from '../coherence/follower.ts'
import type { InvalidationLog } from '../coherence/log.ts'
import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { freshnessOf } from '../entries/freshness.ts'
import { makeEntry, type Value } from '../entries/make-entry.ts'
import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { CacheEvents } from './cache-events.ts'
import type { MemoryTier } from './memory-tier.ts'
import type { PutCondition, SharedTier } from './tier.ts'
import { Turns } from './turns.ts'
import { within } from './within.ts'

export interface CacheWriterDeps {
  memory: MemoryTier
  shared: SharedTier
  follower: Follower
  log: InvalidationLog
  events: CacheEvents
  policyOf: (namespace: string) => NamespacePolicy
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
}

/** RFC 9110 preconditions: the entity tags that must match, or `*`. */
export interface Precondition {
  ifMatch: readonly string[] | '*' | null
  /** Only `*` has a meaning for a write: "there must be nothing yet". */
  ifNoneMatch: '*' | null
}

/** How long a conditional write waits for others of its key, and for this node to read its own record from the log. */
const PATIENCE_MS = 1_000

/**
 * Writes and deletes. A write without lease is the writer's claim "this is the value now": it appends an invalidation of
 * its key and stores with that epoch as version, so that the log's order decides between two writers.
 *
 * Every method rejects with AppError `log_unavailable` when the append failed or its fate is unknown.
 */
export class CacheWriter {
  private readonly deps: CacheWriterDeps
  private readonly turns = new Turns(PATIENCE_MS)

  constructor(deps: CacheWriterDeps) {
    this.deps = deps
  }

  /**
   * Stores a value in both tiers. Rejects with `precondition_failed`, with `conflict` when too many conditional writes of
   * the key wait already, or with `store_unavailable` when the append was
   * accepted and L2 was not: then older values are dead everywhere and the new one is nowhere, a miss and never a lie.
   */
  async put(key: string, value: Value, precondition?: Precondition): Promise<Entry> {
    if (precondition === undefined) return this.store(key, value, await this.invalidate('put', [key]))
    return this.replace(key, (live) => {
      requirePrecondition(live, precondition)
      return value
    })
  }

  /** Changes what is known about a value and keeps its body. Rejects with `miss` when there is none. */
  async amend(key: string, change: (entry: Entry) => Value): Promise<Entry> {
    return this.replace(key, (live) => {
      if (live === null) throw new AppError('miss', 'The key is not in the cache')
      return change(live)
    })
  }

  /** Stores values of different keys under one append. One result per value, in order. */
  async putMany(values: readonly (Value & { key: string })[]): Promise<(Entry | AppError)[]> {
    if (values.length === 0) return []
    const version = await this.invalidate(
      'put',
      values.map(({ key }) => key),
    )
    return Promise.all(
      values.map((value) =>
        this.store(value.key, value, version, undefined).catch((error: unknown) =>
          error instanceof AppError ? error : new AppError('internal', 'The write failed', {}, { cause: error }),
        ),
      ),
    )
  }

  /** Hard invalidation of keys. L2 is cleaned in the background: what lies there is dead by its version already. */
  async remove(keys: readonly string[]): Promise<Version> {
    const version = await this.invalidate('keys', keys)
    for (const key of keys)
      this.deps.shared.remove(key, version).catch((error) => this.deps.events.sharedTierFailed('remove', error))
    return version
  }

  private async invalidate(kind: 'put' | 'keys', keys: readonly string[]): Promise<Version> {
    const { log, follower, memory } = this.deps
    // An empty record is one that cannot be read, and that one ends everything everywhere.
    if (keys.length === 0) throw new RangeError('an invalidation names at least one key')
    const version = await log.append({ kind, keys: [...keys] })
    // At once, not with the next poll: the caller's next read on this node must see its own write, and a load that is
    // running must find out that it lost.
    follower.noteOwn(keys, version)
    for (const key of keys) memory.dropOlder(key, version)
    return version
  }

  private async store(key: string, value: Value, version: Version, condition?: PutCondition): Promise<Entry> {
    const { memory, shared, policyOf, nowMs } = this.deps
    const policy = policyOf(namespaceOf(key))
    const entry = makeEntry(value, version, policy, nowMs())
    const options = { compressAboveBytes: policy.compressAboveBytes, nowMs: nowMs(), ...(condition && { condition }) }
    const stored = await shared.put(key, entry, options)
    if (condition && !stored)
      throw new AppError('precondition_failed', 'Another write came between the check and this one')
    // L1 after L2: a reader that finds it here must find it there too once L1 evicts it. A refusal without condition
    // means that a newer write won.
    if (stored) memory.put(key, entry)
    return entry
  }

  /**
   * Writes what `decide` makes of the value that is there; it may throw to write nothing. One at a time per key and node:
   * the loser of a race is refused before it appends, since its append would end the winner's value as well.
   */
  private replace(key: string, decide: (live: Entry | null) => Value): Promise<Entry> {
    return this.turns.take(key, () => this.replaceNow(key, decide))
  }

  /**
   * What was seen must have stood until the write's own place in the log, or a value that another node had invalidated
   * would live on under a newer version: L2 cannot tell, because its deletes come late or never. So it waits until this
   * node has applied its own record, and looks at what came before it.
   */
  private async replaceNow(key: string, decide: (live: Entry | null) => Value): Promise<Entry> {
    const { live, seen } = await this.current(key)
    const value = decide(live)
    const watch = this.deps.follower.watch(key)
    try {
      const version = await this.invalidate('put', [key])
      const stood = await within(watch.stoodUntil(version, live === null ? null : live.version), PATIENCE_MS)
      if (stood === null)
        throw new AppError('log_unavailable', 'This node could not follow the log to its own write; try again', {
          retryAfterMs: 1_000,
        })
      if (!stood) throw new AppError('precondition_failed', 'Another change came between the check and this write')
      return await this.store(key, value, version, { seen })
    } finally {
      watch.stop()
    }
  }

  /** What L2 holds: the record as seen (live or dead, for compare-and-set) and the entry if it is alive. */
  private async current(key: string): Promise<{ live: Entry | null; seen: PutCondition['seen'] }> {
    const lookup = await this.deps.shared.get(key)
    if (lookup.state === 'miss') return { live: null, seen: null }
    const { entry } = lookup
    const alive =
      lookup.state === 'hit' &&
      this.deps.follower.judge(key, entry.version) === 'valid' &&
      freshnessOf(entry, this.deps.nowMs()) !== 'expired'
    return { live: alive ? entry : null, seen: entry.version }
  }
}

function requirePrecondition(live: Entry | null, { ifMatch, ifNoneMatch }: Precondition): void {
  if (ifNoneMatch === '*' && live !== null)
    throw new AppError('precondition_failed', 'There is a value already', { field: 'If-None-Match' })
  if (ifMatch !== null && (live === null || (ifMatch !== '*' && !ifMatch.includes(live.etag))))
    throw new AppError('precondition_failed', 'The stored entity tag is another one', { field: 'If-Match' })
}
