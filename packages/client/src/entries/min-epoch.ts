import { parseVersion, type Version } from '@freshet/core/coherence/version'
import { FreshetError } from '../errors/freshet-error.ts'

/** A position of the log as its callers know it: what `set` or `invalidate` answered. Throws FreshetError `invalid`. */
export function readEpoch(text: string): Version {
  const version = parseVersion(text)
  if (version !== null) return version
  throw new FreshetError('invalid', 'An epoch is 16 hex digits, a dot, a number', { field: 'minEpoch' })
}

/**
 * The later of two positions. Those of two generations cannot be compared: then the one that was heard of last is it, since
 * a generation begins when the one before is over.
 */
export function laterEpoch(known: string | null, heard: string): string {
  if (known === null) return heard
  const [one, other] = [readEpoch(known), readEpoch(heard)]
  return one.generation === other.generation && one.epoch > other.epoch ? known : heard
}
