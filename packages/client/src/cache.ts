import type { Topology } from '@freshet/core/contracts/node-registry'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import type { ReadOptions, ReadResult } from './entries/read-entry.ts'
import type { ManyResults, ReadManyOptions } from './entries/read-many.ts'
import type { StoreOptions } from './entries/value-headers.ts'
import type { Removed, SetOptions, Written } from './entries/write-entry.ts'
import type { ManyEntry, WrittenMany } from './entries/write-many.ts'
import type { Invalidated, InvalidateOptions, InvalidationTarget } from './invalidations/invalidate.ts'
import type { WaitOptions } from './invalidations/wait.ts'
import type { LoadedValue, LoadOptions } from './loads/load-options.ts'
import type { Loader } from './loads/loader-call.ts'
import type { CallOptions } from './parts.ts'
import type { Codec } from './values/codec.ts'

/** A client of a cluster; `createCache` makes it. Its methods reject with FreshetError, or with their signal's reason. */
export interface Cache {
  /** The value, or undefined when there is none (or none that codec and schema take). Stale values are values. */
  get<T = unknown>(key: string, options?: ReadOptions<T>): Promise<T | undefined>

  /** The value with what is known of it: where it came from, whether it is stale. */
  read<T = unknown>(key: string, options?: ReadOptions<T>): Promise<ReadResult<T>>

  /** Values by key, without those that there are none of; of 1,000 keys and more too. Rejects with the first key's error. */
  mget<T = unknown>(keys: readonly string[], options?: ReadManyOptions<T>): Promise<Map<string, T>>

  /** A result for each key; one key's error is no other's. */
  readMany<T = unknown>(keys: readonly string[], options?: ReadManyOptions<T>): Promise<ManyResults<T>>

  /**
   * Stores a value: this is the value now, whatever anybody is loading. It is not sent again when nobody knows whether it
   * was done. Rejects with `precondition_failed`, `lease_required`, `value_too_large` ...
   */
  set(key: string, value: unknown, options?: SetOptions): Promise<Written>

  /** Stores many values; a request of 1,000 is refused as a whole, or each is stored or fails by itself. */
  mset(entries: readonly ManyEntry[], options?: CallOptions & { codec?: Codec }): Promise<WrittenMany>

  /** Changes lifetimes and tags of a fresh value. Rejects with `miss` when there is none. */
  touch(key: string, options: StoreOptions & WaitOptions & CallOptions): Promise<Written>

  /** Ends a key's value everywhere; when it resolves settled, no node serves it any more. */
  delete(key: string, options?: WaitOptions & CallOptions): Promise<Removed>

  /** Ends what is cached by key, tag, pattern or namespace. When it resolves settled, no node serves it as fresh. */
  invalidate(target: InvalidationTarget, options?: InvalidateOptions): Promise<Invalidated>

  /** An invalidation's receipt as things stand. Rejects with `not_found`. */
  receipt(id: string, options?: CallOptions): Promise<Receipt>

  /** Waits until an invalidation was acknowledged by all nodes, or has failed; 30 s unless another deadline is named. */
  acknowledged(id: string, options?: CallOptions): Promise<Receipt>

  /**
   * The value, loaded and stored if it is not there: once at a time, however many ask in however many processes. Stale
   * values are served while one loads. While the cache cannot be asked, the loader is. Rejects as the loader does.
   */
  getOrSet<T>(key: string, loader: Loader<T>, options?: LoadOptions<T>): Promise<T>

  /** The same, with where it came from and whether it is stale. */
  readOrLoad<T>(key: string, loader: Loader<T>, options?: LoadOptions<T>): Promise<LoadedValue<T>>

  /**
   * Keys that match a Redis glob and are alive, page by page, in no order; a page may be empty. One that was there all the
   * while is told, perhaps twice; one that came or went meanwhile may be.
   */
  keys(pattern?: string, options?: CallOptions): AsyncGenerator<string[], void>

  /** The cluster's nodes. */
  topology(options?: CallOptions): Promise<Topology>

  /**
   * A client that reads its own writes: whatever it changes, it reads nothing older afterwards, on whichever node. It shares
   * everything with this one. `since`: where another session had come to (its `epoch`), e.g. in the request before. Throws
   * FreshetError `invalid` when that is no position.
   */
  session(since?: string | null): Cache

  /** Where this session has come to, `gen.e`; null before its first change, and in a client that is no session. */
  readonly epoch: string | null

  /** Stops following the log for the near cache, at once rather than some seconds after the last use. */
  close(): void
}
