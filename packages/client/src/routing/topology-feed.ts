import { Topology } from '@freshet/core/contracts/node-registry'
import type { Reply } from '../transport/reply.ts'
import { type ClusterMap, mapOf } from './cluster-map.ts'

const REFRESH_MS = 5_000
/** After a node failed, the next topology may already be without it; a storm of failures asks once in this time. */
const HURRIED_REFRESH_MS = 500
/** Announced addresses that are tried before any is used; one of them answering is enough. */
const PROBES = 3

export interface TopologyFeedDeps {
  /** Where the client was told to begin. */
  seeds: readonly string[]
  /** Asks a seed for the topology: 200, or 304 when it still has this ETag. */
  ask: (etag: string | null) => Promise<Reply>
  /** Whether an address answers at all. */
  probe: (url: string) => Promise<boolean>
  nowMs: () => number
  random: () => number
}

/**
 * Knows the cluster's nodes, as news of some seconds ago. It is refreshed in the background by the calls that use it, so
 * an idle client asks nobody and holds no process; a call never waits for it.
 *
 * Where announced addresses cannot be reached from here (a balancer stands between), there is no map and the seeds answer
 * for everything.
 */
export class TopologyFeed {
  private readonly deps: TopologyFeedDeps
  private known: { etag: string | null; map: ClusterMap } | null = null
  private reachable = false
  private askedAtMs = Number.NEGATIVE_INFINITY
  private isAsking = false

  constructor(deps: TopologyFeedDeps) {
    this.deps = deps
  }

  /** Null: ask a seed. */
  get map(): ClusterMap | null {
    this.refreshAfter(REFRESH_MS)
    return this.reachable ? (this.known?.map ?? null) : null
  }

  /** A node did not answer: who takes its place is worth knowing soon. */
  noteFailure(): void {
    this.refreshAfter(HURRIED_REFRESH_MS)
  }

  /** Asks now; resolves when the answer was taken in, whatever it was. */
  async refresh(): Promise<void> {
    if (this.isAsking) return
    this.isAsking = true
    this.askedAtMs = this.deps.nowMs()
    try {
      const reply = await this.deps.ask(this.known?.etag ?? null)
      if (reply.status === 200) this.adopt(reply)
      if (!this.reachable) this.reachable = await this.probeSome()
    } catch {
      // The last one stands: old news of the ring costs a forwarded read, and no news costs nothing else.
    } finally {
      this.isAsking = false
    }
  }

  private refreshAfter(ms: number): void {
    if (this.deps.nowMs() - this.askedAtMs >= ms) void this.refresh()
  }

  private adopt({ headers, body }: Reply): void {
    const topology = Topology.parse(JSON.parse(body.toString()))
    this.known = { etag: headers.get('etag'), map: mapOf(topology, (url) => this.admits(url)) }
  }

  private async probeSome(): Promise<boolean> {
    const urls = this.known?.map.urls ?? []
    const chosen = urls.toSorted(() => this.deps.random() - 0.5).slice(0, PROBES)
    return (await Promise.all(chosen.map(this.deps.probe))).includes(true)
  }

  /** Whoever was told to speak TLS does not send its credential in the clear because a node announced itself so. */
  private admits(url: string): boolean {
    return url.startsWith('https:') || this.deps.seeds.some((seed) => seed.startsWith('http:'))
  }
}
