import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'

/** Far beyond a run: nothing expires by itself, so that what is served is there because it is thought to be right. */
const LONG_MS = 3_600_000

/** Namespaces with an origin, each with its own answer to a node that cannot know. */
export const LOADED_NAMESPACES = ['live', 'shelf', 'bypass', 'refuse', 'brisk'] as const
/** Without origin: filled by clients that hold the lease of a miss. */
export const ASIDE_NAMESPACE = 'aside'

export function labPolicies(sourceUrl: string): NamespacePolicy[] {
  const origin = {
    url: `${sourceUrl}/{key}`,
    softTimeoutMs: 2_000,
    attemptTimeoutMs: 8_000,
    deadlineMs: 8_000,
    retries: 1,
    maxConcurrency: 256,
    // A source that is slow on purpose is no reason to stop asking it.
    breakerFailures: 1_000,
  }
  const loaded = { ttlMs: LONG_MS, jitterRatio: 0, origin }
  const policies = [
    { ...loaded, name: 'live' },
    { ...loaded, name: 'shelf' },
    { ...loaded, name: 'bypass', whenDegraded: 'bypass' },
    { ...loaded, name: 'refuse', whenDegraded: 'refuse' },
    // Loads all the time, ahead of expiry and after it, with nobody waiting for them.
    { ...loaded, name: 'brisk', ttlMs: 400, swrMs: 400, refreshAheadRatio: 0.5 },
    { name: ASIDE_NAMESPACE, ttlMs: LONG_MS, origin: null, writes: 'leased' },
  ]
  return policies.map((policy) => NamespacePolicy.parse(policy))
}
