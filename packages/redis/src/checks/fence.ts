import { type CheckSettings, failsOver } from './check-settings.ts'
import { numberOf, type ServerFacts } from './server-facts.ts'

/**
 * What a primary that was cut off needs beyond min-replicas-max-lag before it refuses: it looks at its replicas' age once a
 * second, in whole seconds.
 */
const FENCE_MARGIN_MS = 2_000
/** Redis's own default, for a server that does not tell. */
const DEFAULT_MAX_LAG_S = 10

/** For how long a primary that was cut off may still answer polls, milliseconds; 0 when there can be none. */
export function neededFenceMs(facts: ServerFacts | null, settings: Pick<CheckSettings, 'redisUrl'>): number {
  if (facts !== null && !hasOthers(facts, settings)) return 0
  const maxLagS = (facts && numberOf(facts, 'min-replicas-max-lag')) || DEFAULT_MAX_LAG_S
  return maxLagS * 1_000 + FENCE_MARGIN_MS
}

/** The fence to use: as set, or as the server needs it; of a server that could not be asked the longest usual one. */
export function fenceMsOf(facts: ServerFacts | null, settings: Pick<CheckSettings, 'redisUrl' | 'fenceMs'>): number {
  return settings.fenceMs === 'auto' ? neededFenceMs(facts, settings) : settings.fenceMs
}

/** Whether there is, or is meant to be, another server that could be promoted. */
export function hasOthers(facts: ServerFacts, settings: Pick<CheckSettings, 'redisUrl'>): boolean {
  return facts.replicas > 0 || failsOver(settings) || Number(facts.config['min-replicas-to-write'] ?? 0) > 0
}
