import { type FoundValue, type ReadResult, readAtNode, readNear } from '../entries/read-entry.ts'
import { writeEntry } from '../entries/write-entry.ts'
import { FreshetError } from '../errors/freshet-error.ts'
import type { Parts } from '../parts.ts'
import { pause } from '../transport/backoff.ts'
import { type Flight, Flights } from './flights.ts'
import { askForLease, type Load, loadWithToken } from './leased-load.ts'
import { asFound, asLoaded, type LoadedValue, servesWhileLoading, standIn, storeOptionsOf } from './load-options.ts'
import { type UncachedLimits, UncachedLoads } from './loader-call.ts'
import { isOutage } from './outage.ts'

/** A lease's whole life: by then its holder has stored, or somebody else may load. */
const LEASE_WAIT_MS = 10_000
const FIRST_LOOK_MS = 25
const SLOWEST_LOOK_MS = 1_000

/** Cache-aside: reads a key, and loads it where nobody has it; once, whoever asks in whichever process. */
export class GetOrLoad {
  private readonly parts: Parts
  private readonly uncached: UncachedLoads
  private readonly flights = new Flights()
  private readonly refreshing = new Flights()

  constructor(parts: Parts, limits: UncachedLimits) {
    this.parts = parts
    this.uncached = new UncachedLoads(limits)
  }

  /** Rejects as the loader does; with FreshetError for what the caller did wrong; with the signal's reason. */
  async run<T>(load: Load<T>, signal: AbortSignal | undefined): Promise<LoadedValue<T>> {
    const near = await readNear(this.parts, load.key, load.options)
    if (near?.found) return asFound(near)
    // Callers who must not be told anything older than some change of theirs share no flight with those who may.
    const place = `${load.key}\0${load.options.minEpoch ?? ''}`
    return this.flights.join(place, signal, (flight) => this.fly(load, flight))
  }

  private async fly<T>(load: Load<T>, flight: Flight): Promise<LoadedValue<T>> {
    const { key, options } = load
    // Without asking for a lease: a hit is answered on the node's fast path then, and most reads are hits.
    const reading = { ...options, deadlineMs: undefined, signal: flight.signal }
    const first = await readAtNode(this.parts, key, reading).catch((error) => ({ error }))
    if ('error' in first) return this.withoutCache(load, null, flight, first.error)
    const { result, etag, swrMs } = first
    if (isUnreadable(result)) return this.replaceUnreadable(load, etag, flight)
    if (!result.found) return this.loadInTurn(load, null, flight)
    if (result.stale === null) return asFound(result)
    if (!servesWhileLoading(result, options, swrMs)) return this.loadInTurn(load, result, flight)
    this.refresh(load)
    return asFound(result)
  }

  /** Gets the lease and loads, or waits for whoever has it. `fallback` stands in when that comes to nothing. */
  private async loadInTurn<T>(load: Load<T>, fallback: FoundValue<T> | null, flight: Flight): Promise<LoadedValue<T>> {
    const { nowMs, random } = this.parts
    const untilMs = nowMs() + (load.options.leaseWaitMs ?? LEASE_WAIT_MS)
    let stale = fallback
    for (let looks = 0; ; looks++) {
      const startedAt = flight.mark()
      const asked = await askForLease(this.parts, load, flight.signal).catch((error) => ({ error }))
      if ('error' in asked) return this.withoutCache(load, stale, flight, asked.error)
      const { result, leaseToken, lookAgainMs, etag } = asked
      if (result.found && result.stale === null) {
        flight.proveAt(startedAt)
        return asFound(result)
      }
      if (result.found) stale = result
      if (leaseToken !== null) return this.orStandIn(loadWithToken(this.parts, load, leaseToken, flight), stale)
      if (isUnreadable(result)) return this.replaceUnreadable(load, etag, flight)
      // Nobody is said to load it: this credential may not write, or the origin has no such key.
      if (!result.found && lookAgainMs === null) return this.loadUnstored(load, stale, flight)
      if (nowMs() >= untilMs) return stale === null ? this.loadUnstored(load, stale, flight) : asFound(stale)
      await pause(this.lookDelayMs(looks, lookAgainMs ?? SLOWEST_LOOK_MS, random), flight.signal)
    }
  }

  /** Sooner than the node says at first, because most loads are quick; never later, and no two callers at once. */
  private lookDelayMs(looks: number, atMostMs: number, random: () => number): number {
    return Math.min(atMostMs, FIRST_LOOK_MS * 2 ** looks) * (0.5 + random() / 2)
  }

  /** Loads a stale value anew for nobody in particular, once at a time, unless another process does. */
  private refresh<T>(load: Load<T>): void {
    if (this.refreshing.has(load.key)) return
    this.refreshing
      .join(load.key, undefined, async (flight) => {
        const { leaseToken } = await askForLease(this.parts, load, flight.signal)
        if (leaseToken !== null) await loadWithToken(this.parts, load, leaseToken, flight)
      })
      .catch(this.parts.onError)
  }

  /**
   * What is stored cannot be read: another build wrote it. The loaded value takes its place if it still is what was found:
   * then nothing came over the key since, which is what a lease would have said.
   */
  private async replaceUnreadable<T>(load: Load<T>, etag: string | null, flight: Flight): Promise<LoadedValue<T>> {
    const { key, loader, options } = load
    const value = await loader({ key, signal: flight.signal })
    if (value === undefined || etag === null) return asLoaded(value, false)
    const sentAt = flight.mark()
    try {
      const { codec } = options
      await writeEntry(this.parts, key, value, {
        ...storeOptionsOf(options),
        codec,
        ifMatch: etag,
        signal: flight.signal,
      })
      flight.proveAt(sentAt)
      return asLoaded(value, true)
    } catch (error) {
      if (!(error instanceof FreshetError)) throw error
      if (error.code !== 'precondition_failed') this.parts.onError(error)
      return asLoaded(value, false)
    }
  }

  /** The application lives without its cache; but what it did wrong itself, it is told. */
  private withoutCache<T>(
    load: Load<T>,
    stale: FoundValue<T> | null,
    flight: Flight,
    error: unknown,
  ): Promise<LoadedValue<T>> {
    if (!isOutage(error)) throw error
    this.parts.onError(error)
    return this.loadUnstored(load, stale, flight)
  }

  private loadUnstored<T>(load: Load<T>, stale: FoundValue<T> | null, flight: Flight): Promise<LoadedValue<T>> {
    const loaded = this.uncached.run(load.key, load.loader, flight.signal).then((value) => asLoaded(value, false))
    return this.orStandIn(loaded, stale)
  }

  private async orStandIn<T>(loaded: Promise<LoadedValue<T>>, stale: FoundValue<T> | null): Promise<LoadedValue<T>> {
    if (stale === null) return loaded
    return loaded.catch((error) => {
      this.parts.onError(error)
      return standIn(stale)
    })
  }
}

function isUnreadable<T>(result: ReadResult<T>): boolean {
  return !result.found && result.reason === 'unreadable'
}
