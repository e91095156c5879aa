import { Topology } from '@freshet/core/contracts/node-registry'
import type { Receipt } from '@freshet/core/invalidation/receipt'
import type { Cache } from './cache.ts'
import { listKeys } from './entries/list-keys.ts'
import { laterEpoch, readEpoch } from './entries/min-epoch.ts'
import { type ReadOptions, type ReadResult, readAtNode, readNear } from './entries/read-entry.ts'
import { type ManyResults, type ReadManyOptions, readMany } from './entries/read-many.ts'
import type { StoreOptions } from './entries/value-headers.ts'
import {
  type Removed,
  removeEntry,
  type SetOptions,
  touchEntry,
  type Written,
  writeEntry,
} from './entries/write-entry.ts'
import { type ManyEntry, type WrittenMany, writeMany } from './entries/write-many.ts'
import {
  type Invalidated,
  type InvalidateOptions,
  type InvalidationTarget,
  invalidate,
} from './invalidations/invalidate.ts'
import { awaitReceipt, readReceipt } from './invalidations/receipts.ts'
import type { WaitOptions } from './invalidations/wait.ts'
import type { GetOrLoad } from './loads/get-or-load.ts'
import type { LoadedValue, LoadOptions } from './loads/load-options.ts'
import type { Loader } from './loads/loader-call.ts'
import { type CallOptions, exchange, type Parts } from './parts.ts'
import { withDeadline } from './transport/with-deadline.ts'
import type { Codec } from './values/codec.ts'

/** What a session has seen: nothing that it reads is older. Null in a client without a session. */
interface Seen {
  epoch: string | null
}

/** The cache client: puts sessions and spans around what the other files do. */
export class CacheClient implements Cache {
  private readonly parts: Parts
  private readonly loads: GetOrLoad
  private readonly seen: Seen | null

  constructor(parts: Parts, loads: GetOrLoad, seen: Seen | null) {
    this.parts = parts
    this.loads = loads
    this.seen = seen
  }

  async get<T = unknown>(key: string, options: ReadOptions<T> = {}): Promise<T | undefined> {
    const result = await this.read<T>(key, options)
    return result.found ? result.value : undefined
  }

  async read<T = unknown>(key: string, options: ReadOptions<T> = {}): Promise<ReadResult<T>> {
    const wanted = this.since(options)
    return this.parts.tracing.span(
      'get',
      key,
      async () => {
        const near = readNear(this.parts, key, wanted)
        return near === null ? (await readAtNode(this.parts, key, wanted)).result : near
      },
      (result) => (result.found ? result.source : result.reason),
    )
  }

  async mget<T = unknown>(keys: readonly string[], options: ReadManyOptions<T> = {}): Promise<Map<string, T>> {
    const values = new Map<string, T>()
    for (const [key, result] of await this.readMany<T>(keys, options)) {
      if (result instanceof Error) throw result
      if (result.found) values.set(key, result.value)
    }
    return values
  }

  async readMany<T = unknown>(keys: readonly string[], options: ReadManyOptions<T> = {}): Promise<ManyResults<T>> {
    const wanted = this.since(options)
    return this.parts.tracing.span('mget', null, () => readMany(this.parts, keys, wanted))
  }

  set(key: string, value: unknown, options: SetOptions = {}): Promise<Written> {
    return this.changing('set', key, () => writeEntry(this.parts, key, value, options))
  }

  mset(entries: readonly ManyEntry[], options: CallOptions & { codec?: Codec } = {}): Promise<WrittenMany> {
    return this.changing('mset', null, () => writeMany(this.parts, entries, options))
  }

  touch(key: string, options: StoreOptions & WaitOptions & CallOptions): Promise<Written> {
    return this.changing('touch', key, () => touchEntry(this.parts, key, options))
  }

  delete(key: string, options: WaitOptions & CallOptions = {}): Promise<Removed> {
    return this.changing('delete', key, () => removeEntry(this.parts, key, options))
  }

  invalidate(target: InvalidationTarget, options: InvalidateOptions = {}): Promise<Invalidated> {
    return this.changing('invalidate', null, () => invalidate(this.parts, target, options))
  }

  receipt(id: string, options: CallOptions = {}): Promise<Receipt> {
    return readReceipt(this.parts, id, options)
  }

  acknowledged(id: string, options: CallOptions = {}): Promise<Receipt> {
    return awaitReceipt(this.parts, id, options)
  }

  async getOrSet<T>(key: string, loader: Loader<T>, options: LoadOptions<T> = {}): Promise<T> {
    return (await this.readOrLoad(key, loader, options)).value
  }

  async readOrLoad<T>(key: string, loader: Loader<T>, options: LoadOptions<T> = {}): Promise<LoadedValue<T>> {
    const load = { key, loader, options: this.since(options) }
    const run = (signal: AbortSignal | undefined) => this.loads.run(load, signal)
    return this.parts.tracing.span(
      'getOrSet',
      key,
      () =>
        options.deadlineMs === undefined ? run(options.signal) : withDeadline(options.deadlineMs, options.signal, run),
      ({ source }) => source,
    )
  }

  keys(pattern = '*', options: CallOptions = {}): AsyncGenerator<string[], void> {
    return listKeys(this.parts, pattern, options)
  }

  async topology(options: CallOptions = {}): Promise<Topology> {
    const ask = { method: 'GET', path: '/api/topology', repeatable: true } as const
    const reply = await exchange(this.parts, ask, this.parts.router.forAny(), options)
    return Topology.parse(JSON.parse(reply.body.toString()))
  }

  session(since: string | null = null): Cache {
    if (since !== null) readEpoch(since)
    return new CacheClient(this.parts, this.loads, { epoch: since })
  }

  get epoch(): string | null {
    return this.seen?.epoch ?? null
  }

  close(): void {
    this.parts.near?.poller.stop()
  }

  private since<O extends { minEpoch?: string }>(options: O): O {
    const seen = this.epoch
    if (seen === null) return options
    return { ...options, minEpoch: options.minEpoch === undefined ? seen : laterEpoch(options.minEpoch, seen) }
  }

  private changing<R extends { epoch: string | null }>(
    name: string,
    key: string | null,
    change: () => Promise<R>,
  ): Promise<R> {
    return this.parts.tracing.span(name, key, async () => {
      const result = await change()
      if (this.seen !== null && result.epoch) this.seen.epoch = laterEpoch(this.seen.epoch, result.epoch)
      return result
    })
  }
}
