import type { Version } from '../../coherence/version.ts'
import { type Bounds, BoundsByKey, type Target } from './bounds.ts'
import { type Checker, orderOf } from './checker.ts'
import { FENCE_MS, LEASE_MS } from './plan.ts'

/** What an answer with a value of some version must show, by what was known when the read began. */
export type BoundsOf = (version: Version) => Bounds

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
  freshBounds(key: string): BoundsOf {
    const { checker, nowMs, fenceMs, generation } = this
    const bounds = this.own.any.of(key).copy()
    bounds.raiseAll(checker.acknowledged.of(key))
    // Whoever entered a generation did so after everything that was secured in the one before, and loads what it calls
    // fresh. And without waiting for acknowledgements: a node that calls anything fresh has sent its last poll within the
    // lease, and that poll brought what was appended before it was sent; one that polls a master cut off from its replicas
    // cannot do so for longer than the fence allows.
    if (generation !== null) checker.addSecured(bounds, key, orderOf(generation), nowMs() - LEASE_MS - fenceMs)
    return this.withTold(bounds, key, 'any')
  }

  /** What any answer must show, marked stale or not: this node has applied the invalidation of what came before. */
  anyBounds(key: string): BoundsOf {
    return this.withTold(this.own.hard.of(key).copy(), key, 'hard')
  }

  /**
   * What was told in the value's own generation counts, and in later ones: they began after the value's ended. What was
   * told in an earlier one may have been lost with it, and somebody has loaded an older state since.
   */
  private withTold(bounds: Bounds, key: string, mode: 'hard' | 'any'): BoundsOf {
    const told = [...this.told].map(([name, byMode]) => ({ order: orderOf(name), bounds: byMode[mode].of(key).copy() }))
    return ({ generation }) => {
      for (const { order, bounds: those } of told) if (order >= orderOf(generation)) bounds.raiseAll(those)
      return bounds
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
