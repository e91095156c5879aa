import type { Clock } from '@freshet/core/clock'
import type { Instant } from '@freshet/core/coherence/follower'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import { parseVersion, type Version } from '@freshet/core/coherence/version'
import type { ChangesReply } from '@freshet/core/contracts/changes'
import { LruStore } from '@freshet/core/eviction/lru'
import { standingOf, tagsOf } from '../entries/value-headers.ts'
import type { Reply } from '../transport/reply.ts'
import { FollowedLog } from './followed-log.ts'

/** A value as it came, with what its verdict depends on. */
export interface NearEntry {
  readonly version: Version
  /** The epoch up to which it is known to be untouched; raised in place when it is judged. */
  stamp: number
  readonly tags: readonly string[]
  /** Fresh before this moment of this process's monotonic clock. */
  readonly freshUntilMs: number
  readonly contentType: string
  readonly etag: string | null
  readonly body: Buffer
}

export interface NearLimits {
  maxBytes: number
  /** The longest that a value is kept, however long it is fresh, milliseconds. */
  maxTtlMs: number
}

/** What an entry takes beside its body and its names. */
const ENTRY_BYTES = 400
const MAX_ENTRIES = 1_000_000

/**
 * Values kept in this process, served while its knowledge of the log is at most a second old. It stands outside the
 * acknowledgement: nobody waits for it, so a value that was invalidated may be served from here for up to a second more.
 */
export class NearCache {
  private readonly clock: Clock
  private readonly maxTtlMs: number
  private readonly log = new FollowedLog()
  private readonly store: LruStore<NearEntry>
  private usedAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, { maxBytes, maxTtlMs }: NearLimits) {
    this.clock = clock
    this.maxTtlMs = maxTtlMs
    this.store = new LruStore({ maxBytes, maxEntries: MAX_ENTRIES })
  }

  get position(): Version | null {
    return this.log.position
  }

  /** When anything was last asked of it, on the monotonic clock. */
  get lastUsedMs(): number {
    return this.usedAtMs
  }

  get bytes(): number {
    return this.store.bytes
  }

  /** A fresh value, or null. `minEpoch`: not unless this process has come so far in the log. */
  get(key: string, minEpoch: Version | null): NearEntry | null {
    const now = this.now()
    this.usedAtMs = now.monotonicMs
    const entry = this.store.get(key)
    if (entry === undefined || !this.log.isCoherent(now) || !this.hasReached(minEpoch)) return null
    if (now.monotonicMs < entry.freshUntilMs && this.log.isValid(key, entry)) return entry
    this.store.delete(key)
    return null
  }

  /** Keeps a node's answer if that is allowed. `sentMs`: when it was asked, on the monotonic clock. */
  keep(key: string, sentMs: number, { headers, body }: Reply): void {
    const version = parseVersion(headers.get('freshet-version') ?? '')
    const { stale, ttlMs } = standingOf(headers)
    const freshUntilMs = sentMs + Math.min(ttlMs, this.maxTtlMs)
    if (version === null || stale !== null || freshUntilMs <= this.clock.monotonicMs()) return
    const covered = this.log.coveredBy(sentMs)
    const entry = {
      version,
      stamp: covered?.generation === version.generation ? Math.max(version.epoch, covered.epoch) : version.epoch,
      tags: tagsOf(headers),
      freshUntilMs,
      contentType: headers.get('content-type') ?? '',
      etag: headers.get('etag'),
      body,
    }
    // Judged before it is kept as well: what was invalidated while it was on its way would only take room.
    if (!this.log.isValid(key, entry)) return
    const names = entry.tags.reduce((sum, tag) => sum + tag.length, key.length)
    this.store.set(key, entry, body.length + 2 * names + ENTRY_BYTES)
  }

  /** Takes in what a node told of the log. */
  apply(reply: ChangesReply, after: Version | null, sentAt: Instant): void {
    if (this.log.apply(reply, after, sentAt, this.now()) === 'lost') this.store.clear()
  }

  /** This process changed something, at this position: it must not read its own past from here. */
  noteOwn(commands: readonly LogCommand[], version: Version): void {
    this.log.noteOwn(commands, version)
  }

  forget(key: string): void {
    this.store.delete(key)
  }

  /** Drops everything and begins anew: what was heard of the log cannot be made sense of. */
  reset(): void {
    this.store.clear()
    this.log.reset()
  }

  now(): Instant {
    return { monotonicMs: this.clock.monotonicMs(), wallMs: this.clock.wallMs() }
  }

  private hasReached(wanted: Version | null): boolean {
    if (wanted === null) return true
    const { position } = this
    return position !== null && position.generation === wanted.generation && position.epoch >= wanted.epoch
  }
}
