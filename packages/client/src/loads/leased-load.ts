import { type Answered, readAtNode } from '../entries/read-entry.ts'
import { fillEntry } from '../entries/write-entry.ts'
import { FreshetError } from '../errors/freshet-error.ts'
import type { Parts } from '../parts.ts'
import type { Flight } from './flights.ts'
import { asLoaded, type LoadedValue, type LoadOptions, storeOptionsOf } from './load-options.ts'
import type { Loader } from './loader-call.ts'

/** A load of a key, by whoever wants it. */
export interface Load<T> {
  key: string
  loader: Loader<T>
  options: LoadOptions<T>
}

/** Asks a node for a key and, if it misses it, for the right to load it. */
export function askForLease<T>(parts: Parts, { key, options }: Load<T>, signal: AbortSignal): Promise<Answered<T>> {
  return readAtNode(parts, key, { ...options, deadlineMs: undefined, signal }, true)
}

/**
 * Loads with a lease's token, and stores. What came too late, because the key was changed since the lease was given, is for
 * its own caller and those who asked before it began; whatever else keeps it from being stored is nobody's trouble but the
 * cache's. Rejects as the loader does.
 */
export async function loadWithToken<T>(
  parts: Parts,
  { key, loader, options }: Load<T>,
  token: string,
  flight: Flight,
): Promise<LoadedValue<T>> {
  const value = await loader({ key, signal: flight.signal })
  if (value === undefined) return asLoaded(value, false)
  // Stored means that nothing had come over it by the time it was sent: so it is good for all who had asked by then.
  const sentAt = flight.mark()
  try {
    await fillEntry(parts, key, value, token, {
      ...storeOptionsOf(options),
      codec: options.codec,
      signal: flight.signal,
    })
    flight.proveAt(sentAt)
    return asLoaded(value, true)
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error
    if (error.code !== 'fenced') parts.onError(error)
    return asLoaded(value, false)
  }
}
