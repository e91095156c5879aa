import type { Version } from '../../coherence/version.ts'
import { type Bounds, BoundsByKey, type Target } from './bounds.ts'
import { type Checker, orderOf } from './checker.ts'
import { FENCE_MS, LEASE_MS } from './plan.ts'

/** What one incarnation of a node has been told, by the log or by the acknowledgement of its own writes. */
export class NodeKnowledge {
  private readonly checker: Checker
  private readonly fenceMs: number
  private readonly nowMs: () => number
  private generation: string | null = null
  private epoch = 0
  /** By generation: hard invalidations that this node has applied, and those and soft ones. */
  private readonly told = new Map<string, { hard: BoundsByKey; any: BoundsByKey }>()
  /** Of this node's own acknowledged changes. */
  private readonly own = { hard: new BoundsByKey(), any: new BoundsByKey() }

  constructor(checker: Checker, nowMs: () => number, replicated: boolean) {
    this.checker = checker
    this.nowMs = nowMs
    this.fenceMs = replicated ? FENCE_MS : 0
  }

  /** To be told after each poll. Records that were trimmed away count: the node must act as if they concerned it. */
  applied(generation: string, epoch: number): void {
    if (this.generation !== generation) this.epoch = 0
    this.generation = generation
    const told = this.toldIn(generation)
    while (this.epoch < epoch)
      for (const { key, tag, n, hard } of this.checker.changesAt({ generation, epoch: ++this.epoch })) {
        told.any.of(key).raise(tag, n)
        if (hard) told.hard.of(key).raise(tag, n)
      }
  }

  /** To be told when a change through this node was answered, whatever it waited for. */
  answered({ key, tag }: Target, n: number, hard: boolean): void {
    this.own.any.of(key).raise(tag, n)
    if (hard) this.own.hard.of(key).raise(tag, n)
  }

  /** What an answer that is not marked stale must show at least, of a read that begins now. */
  freshBounds(key: string): Bounds {
    const { checker, nowMs, fenceMs } = this
    const bounds = this.own.any.of(key).copy()
    bounds.raiseAll(checker.acknowledged.of(key))
    if (this.generation === null) return bounds
    bounds.raiseAll(this.toldIn(this.generation).any.of(key))
    // Whoever entered a generation did so after everything that was secured in the one before, and loads what it calls
    // fresh. And without waiting for acknowledgements: a node that calls anything fresh has sent its last poll within the
    // lease, and that poll brought what was appended before it was sent; one that polls a master cut off from its replicas
    // cannot do so for longer than the fence allows.
    checker.addSecured(bounds, key, orderOf(this.generation), nowMs() - LEASE_MS - fenceMs)
    return bounds
  }

  /**
   * What any answer with a value of some version must show, marked stale or not, by what is known now: this node has
   * applied the invalidation of what came before. Every generation from the value's own on counts: each began after the
   * value's ended.
   */
  anyBounds(key: string): (version: Version) => Bounds {
    const own = this.own.hard.of(key).copy()
    const told = [...this.told].map(([generation, { hard }]) => ({
      order: orderOf(generation),
      bounds: hard.of(key).copy(),
    }))
    return ({ generation }) => {
      for (const { order, bounds } of told) if (order >= orderOf(generation)) own.raiseAll(bounds)
      return own
    }
  }

  private toldIn(generation: string): { hard: BoundsByKey; any: BoundsByKey } {
    const known = this.told.get(generation)
    if (known !== undefined) return known
    const told = { hard: new BoundsByKey(), any: new BoundsByKey() }
    this.told.set(generation, told)
    return told
  }
}
