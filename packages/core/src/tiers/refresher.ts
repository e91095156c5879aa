import type { Entry } from '../entries/entry.ts'
import { wantsRefreshAhead } from '../entries/freshness.ts'
import { namespaceOf } from '../keys/cache-key.ts'
import type { Origin } from '../origins/origin.ts'
import type { NamespacePolicy } from '../policy/namespace-policy.ts'
import type { Candidates, Refreshing } from './candidates.ts'
import type { Loader } from './loader.ts'
import type { MemoryTier } from './memory-tier.ts'
import type { PeerReads } from './peer-reads.ts'
import type { RouteOf } from './peer-tier.ts'
import type { SharedReads } from './shared-reads.ts'
import { SingleFlight } from './single-flight.ts'

export interface RefresherDeps {
  memory: MemoryTier
  loader: Loader
  candidates: Candidates
  sharedReads: SharedReads
  peerReads: PeerReads
  originOf: (namespace: string) => Origin | null
  /** Redis's clock, epoch milliseconds. */
  nowMs: () => number
}

/** Makes values new in the background, each key at most once at a time. Failures are counted where they happen. */
export class Refresher {
  private readonly deps: RefresherDeps
  private readonly flights = new SingleFlight<void>()

  constructor(deps: RefresherDeps) {
    this.deps = deps
  }

  /**
   * For readers that may ask the nodes on `routeOf`. A forwarded read may ask nobody: two nodes that each take the other
   * for the owner would pass the refresh to and fro while the value grows old.
   */
  along(routeOf: RouteOf): Refreshing {
    const refresh = (key: string, policy: NamespacePolicy, seen: Entry) => {
      if (this.flights.isFlying(key) || this.deps.loader.isLoading(key)) return
      this.flights.fly(key, () => this.refreshNow(key, policy, seen, routeOf(key))).catch(() => {})
    }
    return {
      refresh,
      refreshAhead: (key, policy, seen) => {
        if (policy.refreshAheadRatio !== 0 && wantsRefreshAhead(seen, policy.refreshAheadRatio, this.deps.nowMs()))
          refresh(key, policy, seen)
      },
    }
  }

  /** Where there is no origin, the new value is whatever another node has been given meanwhile. */
  private async refreshNow(key: string, policy: NamespacePolicy, seen: Entry, route: readonly string[]): Promise<void> {
    const { memory, loader, candidates, sharedReads, peerReads } = this.deps
    const isNews = (entry: Entry) =>
      entry.storedAtMs > seen.storedAtMs && candidates.judge(key, entry, policy).serve === 'fresh'

    // A stale answer is the owner's word that it is refreshing the value itself.
    const reply = await peerReads.ask(route, key, 'normal')
    if (reply !== 'nobody') {
      if (reply.kind !== 'miss' && isNews(reply.entry)) memory.put(key, reply.entry)
      return
    }
    const lookup = await sharedReads.get(key)
    // Another node may have refreshed it already: its work in L2 saves the origin ours.
    if (lookup.state === 'hit' && isNews(lookup.entry)) return memory.put(key, lookup.entry)
    const origin = this.deps.originOf(namespaceOf(key))
    if (origin !== null)
      await loader.load(
        key,
        policy,
        (signal) => origin.load(key, signal),
        () => true,
      )
  }
}
