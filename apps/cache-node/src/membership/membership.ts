import type { Clock } from '@freshet/core/clock'
import type { NodeAnnouncement, Topology, TopologyNode } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import type { HashRing } from '@freshet/core/ring/hash-ring'
import type { NodeRegistry } from '@freshet/redis/node-registry'
import { oneAtATime } from './one-at-a-time.ts'
import { TopologyView } from './topology-view.ts'

/** A third of what a node may be silent for, and again half of that: one announcement may be lost, or late. */
const EVERY_MS = 1_000
/** A failover can lose writes that this node has read of, without a trace in the count of changes. */
const READ_WHOLE_EVERY = 60
/**
 * A ring of 1,000 nodes takes 60 ms to lay out, and when all of them are restarted one after another it changes several
 * times a second: nine times as long as a change took, further ones are gathered. Of a few nodes nobody waits for that.
 */
const REST_PER_WORK = 9

/** Nobody is asked, and every key is this node's own: it is alone, has not read who is there, or stays out of the ring. */
const NOBODY: readonly TopologyNode[] = []

export interface MembershipOptions {
  registry: Pick<NodeRegistry, 'announce' | 'withdraw' | 'changesSince'>
  /** Calls back whenever the list of nodes changed somewhere; returns what ends that. */
  onDoorbell: (ring: () => void) => () => void
  /** Who this node is, and how it is. */
  describe: () => Omit<NodeAnnouncement, 'seenAt' | 'inRing' | 'draining'>
  /** Whether it takes part in the ring. If not, it answers for every key by itself. */
  takesPart: boolean
  clock: Pick<Clock, 'monotonicMs'>
  onError: (error: unknown) => void
}

/**
 * This node among the others: it announces itself, hears of joins and drains at once (by the doorbell) and of crashes when
 * the registry drops who fell silent, and says who owns a key. It joins the ring when it was coherent for the first time:
 * one that still reads the log would only pass reads on. With Redis away the last topology stands.
 */
export class Membership {
  readonly selfId: string
  private readonly options: MembershipOptions
  private readonly view = new TopologyView()
  private readonly listeners = new Set<() => void>()
  private timer: NodeJS.Timeout | null = null
  private endDoorbell = () => {}
  private wasCoherent = false
  private aside = false
  private departing = false
  private left = false
  /** The newest change of the list that was read; null: the whole list is to be read. */
  private change: number | null = null
  private announcements = 0
  private restUntilMs = 0
  private readonly renew = oneAtATime(() => this.announce())
  private readonly catchUp = oneAtATime(() => this.read())

  constructor(options: MembershipOptions) {
    this.options = options
    this.selfId = options.describe().id
  }

  /** To be called when the node can be reached at its address. */
  start(): void {
    const { onDoorbell, onError } = this.options
    this.endDoorbell = onDoorbell(() => void this.catchUp().catch(onError))
    this.timer = setInterval(() => void this.renew().catch(onError), EVERY_MS)
    void this.renew().catch(onError)
  }

  /** Null: the registry was never read. */
  get topology(): Topology | null {
    return this.view.topology
  }

  get ring(): HashRing {
    return this.view.ring
  }

  /** Share of all keys by node in the ring, 0 to 1. */
  get shares(): ReadonlyMap<string, number> {
    return this.view.shares
  }

  get draining(): boolean {
    return this.aside
  }

  find(id: string): TopologyNode | undefined {
    return this.view.find(id)
  }

  /** Whether this node keeps the key in its own right. */
  owns(key: string): boolean {
    const owner = this.options.takesPart ? this.view.ring.ownerOf(key) : null
    return owner === null || owner === this.selfId
  }

  /** Up to `count` nodes for a key, its owner first; this node may be among them. Empty: it answers for all keys. */
  preferenceOf(key: string, count: number): readonly TopologyNode[] {
    if (!this.options.takesPart) return NOBODY
    return this.view.ring.preferenceOf(key, count).flatMap((id) => this.view.find(id) ?? [])
  }

  /** Calls back whenever the topology is another; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /**
   * Out of the ring: the others ask this node no more; what still comes it answers. Resolves when the registry has been
   * told; if that fails, the next announcement tells it.
   */
  drain(): Promise<void> {
    this.aside = true
    return this.renew().catch(this.options.onError)
  }

  /** The same for a process that is about to end. */
  depart(): Promise<void> {
    this.departing = true
    return this.drain()
  }

  /** Back into the ring. Rejects with AppError `draining` when the process is about to end. */
  async undrain(): Promise<void> {
    if (this.departing) throw new AppError('draining', 'This node is shutting down')
    this.aside = false
    return this.renew().catch(this.options.onError)
  }

  /** Off the list, for good. */
  async leave(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer)
    this.endDoorbell()
    this.left = true
    try {
      // An announcement under way would put the node on the list again.
      await this.renew()
      await this.options.registry.withdraw(this.options.describe())
    } catch (error) {
      this.options.onError(error)
    }
  }

  private async announce(): Promise<void> {
    if (this.left) return
    const { registry, describe, takesPart } = this.options
    const self = describe()
    this.wasCoherent ||= self.state === 'coherent'
    const inRing = takesPart && this.wasCoherent
    const newest = await registry.announce({ ...self, inRing, draining: this.aside })
    if (++this.announcements % READ_WHOLE_EVERY === 0) this.change = null
    if (newest !== this.change) await this.catchUp()
  }

  private async read(): Promise<void> {
    const { registry, clock } = this.options
    const restMs = this.restUntilMs - clock.monotonicMs()
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
    const changes = await registry.changesSince(this.change)
    this.change = changes.change
    const beganMs = clock.monotonicMs()
    if (!this.view.apply(changes)) return
    for (const listener of this.listeners) listener()
    const endedMs = clock.monotonicMs()
    this.restUntilMs = endedMs + REST_PER_WORK * (endedMs - beganMs)
  }
}
