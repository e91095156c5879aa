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
  load: Load<T>,
  token: string,
  flight: Flight,
): Promise<LoadedValue<T>> {
  const { key, options } = load
  const value = await callLoader(load, flight.signal).catch((error) => {
    giveBack(parts, key, token)
    throw error
  })
  if (value === undefined) {
    giveBack(parts, key, token)
    return asLoaded(value, false)
  }
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

async function callLoader<T>({ key, loader }: Load<T>, signal: AbortSignal): Promise<T> {
  return loader({ key, signal })
}

/** So that the next caller need not wait until the lease has run out; nobody waits for this. */
function giveBack({ sender, router, attemptMs }: Parts, key: string, token: string): void {
  const ask = {
    method: 'POST',
    path: '/api/leases/release',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key, token }),
    repeatable: true,
  } as const
  // Whoever waits for the key finds out by itself when this fails.
  sender.send(ask, router.forAny(), attemptMs, AbortSignal.timeout(attemptMs)).catch(() => {})
}
