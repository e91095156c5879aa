import type { Version } from '../coherence/version.ts'
import { AppError } from '../errors/app-error.ts'
import type { Origin } from '../origins/origin.ts'
import type { Ask } from './loader.ts'

/**
 * One batch request to an origin, shared by the flights of its keys and begun by the first that asks.
 *
 * A flight may start later than the batch did: its key was already being loaded by somebody else, who failed the join
 * check. If the node applied an invalidation in between, the batch's answer is older than that flight's version claims;
 * such a flight asks alone (rule verAtStart).
 */
export function batchAsk(
  origin: Origin,
  keys: readonly string[],
  versionNow: () => Version | null,
): (key: string) => Ask {
  let begun: { replies: ReturnType<Origin['loadMany']>; version: Version | null } | null = null
  return (key) => async (signal) => {
    begun ??= { replies: origin.loadMany(keys, signal), version: versionNow() }
    const { replies, version } = begun
    if (!sameVersion(version, versionNow())) return origin.load(key, signal)
    const reply = (await replies).get(key)
    if (reply === undefined) throw new AppError('origin_failed', 'The batch answer left the key out')
    if (reply instanceof Error) throw reply
    return reply
  }
}

function sameVersion(a: Version | null, b: Version | null): boolean {
  return a?.generation === b?.generation && a?.epoch === b?.epoch
}
