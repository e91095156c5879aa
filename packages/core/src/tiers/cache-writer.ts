import type { Follower } from '../coherence/follower.ts'
import type { AppendLog } from '../coherence/log.ts'
import { keysOf, type LogCommand } from '../coherence/log-record.ts'
import type { Version } from '../coherence/version.ts'
import type { Entry } from '../entries/entry.ts'
import { freshnessOf } from '../entries/freshness.ts'
import { makeEntry, type Value } from '../entries/make-entry.ts'
import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import { within } from '../within.ts'
import type { CacheEvents } from './cache-events.ts'
import type { MemoryTier } from './memory-tier.ts'
import type { PutCondition, SharedTier } from './tier.ts'
import { Turns } from './turns.ts'

export interface CacheWriterDeps {
  memory: MemoryTier
  shared: SharedTier
  follower: Follower
  log: AppendLog
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
    if (precondition === undefined) return this.store(key, value, await this.claim([key]))
    return this.replace(key, (live) => {
      requirePrecondition(live, precondition)
      return value
    })
  }

  /** Changes what is known about a fresh value and keeps its body. Rejects with `miss` when there is none. */
  async amend(key: string, change: (entry: Entry) => Value): Promise<Entry> {
    return this.replace(key, (live) => {
      if (live === null || !this.isFresh(key, live)) throw new AppError('miss', 'The key holds nothing that is fresh')
      return change(live)
    })
  }

  /** Stores values of different keys under one append. One result per value, in order. */
  async putMany(values: readonly (Value & { key: string })[]): Promise<(Entry | AppError)[]> {
    if (values.length === 0) return []
    const version = await this.claim(values.map(({ key }) => key))
    return Promise.all(
      values.map((value) =>
        this.store(value.key, value, version, undefined).catch((error: unknown) =>
          error instanceof AppError ? error : new AppError('internal', 'The write failed', {}, { cause: error }),
        ),
      ),
    )
  }

  /**
   * Stores what the holder of a lease has loaded, under the version at which the lease was given: it loses to anything that
   * came between, wherever that is known (rule token). Nothing is appended. Rejects with `fenced` when this node knows
   * already, or when L2 holds something newer.
   */
  async fill(key: string, value: Value, version: Version): Promise<Entry> {
    const entry = this.makeEntry(key, value, version)
    const stands = () => this.deps.follower.judge(key, entry) === 'valid'
    if (stands() && (await this.keep(key, entry)) && stands()) return entry
    throw new AppError('fenced', 'The key was invalidated or written since the lease was given; load it again')
  }

  /** Hard invalidation of keys. */
  async remove(keys: readonly string[]): Promise<Version> {
    const commands: LogCommand[] = [{ kind: 'keys', keys: [...keys] }]
    const version = await this.append(commands)
    this.appended(commands, version)
    return version
  }

  /**
   * To be told of what was appended on this node's behalf. At once, not with the next poll: the caller's next read on this
   * node must see its own change, and a load that is running must find out that it lost. L2 is cleaned in the background:
   * what lies there is dead by its version already.
   */
  appended(commands: readonly LogCommand[], version: Version): void {
    const { follower, memory, shared, events } = this.deps
    follower.noteOwn(commands, version)
    for (const command of commands) {
      if (command.kind !== 'keys' || command.mode === 'soft') continue
      for (const key of command.keys) memory.dropOlder(key, version)
      shared.remove(command.keys, version).catch((error) => events.sharedTierFailed('remove', error))
    }
  }

  private async claim(keys: readonly string[]): Promise<Version> {
    const { follower, memory } = this.deps
    const command: LogCommand = { kind: 'put', keys: [...keys] }
    const version = await this.append([command])
    follower.noteOwn([command], version)
    for (const key of keys) memory.dropOlder(key, version)
    return version
  }

  private append(commands: LogCommand[]): Promise<Version> {
    // An empty record is one that cannot be read, and that one ends everything everywhere.
    for (const command of commands)
      if (keysOf(command).length === 0) throw new RangeError('an invalidation names at least one key')
    return this.deps.log.append(...commands)
  }

  private async store(key: string, value: Value, version: Version, condition?: PutCondition): Promise<Entry> {
    const entry = this.makeEntry(key, value, version)
    // A refusal without condition means that a newer write won.
    if (!(await this.keep(key, entry, condition)) && condition)
      throw new AppError('precondition_failed', 'Another write came between the check and this one')
    return entry
  }

  private makeEntry(key: string, value: Value, version: Version): Entry {
    return makeEntry(value, version, this.deps.policyOf(namespaceOf(key)), this.deps.nowMs())
  }

  /** L1 after L2: a reader that finds it here must find it there too once L1 evicts it. False when L2 refused. */
  private async keep(key: string, entry: Entry, condition?: PutCondition): Promise<boolean> {
    const { memory, shared, policyOf, nowMs } = this.deps
    const { compressAboveBytes } = policyOf(namespaceOf(key))
    const stored = await shared.put(key, entry, { compressAboveBytes, nowMs: nowMs(), ...(condition && { condition }) })
    if (stored) memory.put(key, entry)
    return stored
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
    const watch = this.deps.follower.watch({ key, tags: live?.tags ?? [] })
    try {
      const version = await this.claim([key])
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

  /**
   * Only what is fresh may be kept under a new version. A body that was invalidated softly would be fresh again, and once a
   * sweep has come by, its deadlines alone tell that it was.
   */
  private isFresh(key: string, entry: Entry): boolean {
    return this.deps.follower.judge(key, entry) === 'valid' && freshnessOf(entry, this.deps.nowMs()) === 'fresh'
  }

  /** What L2 holds: the record as seen (live or dead, for compare-and-set) and the entry if it is alive. */
  private async current(key: string): Promise<{ live: Entry | null; seen: PutCondition['seen'] }> {
    const lookup = await this.deps.shared.get(key)
    if (lookup.state === 'miss') return { live: null, seen: null }
    const { entry } = lookup
    const alive =
      lookup.state === 'hit' &&
      ['valid', 'softened'].includes(this.deps.follower.judge(key, entry)) &&
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
