import type { Version } from '../../coherence/version.ts'
import { Bounds, BoundsByKey, type Target } from './bounds.ts'
import { type Checker, orderOf } from './checker.ts'
import { FENCE_MS, LEASE_MS } from './plan.ts'

/** What an answer with a value of some version must show, by what was known when the read began. */
export type BoundsOf = (version: Version) => Bounds

/** What one node has been told in one generation. */
interface Told {
  /** Hard invalidations alone, and those and soft ones. */
  readonly hard: BoundsByKey
  readonly any: BoundsByKey
  /** Order among the moments at which this node first heard of a generation, and first was led into one by a poll. */
  readonly heard: number
  polled: number
}

/** What one incarnation of a node has been told, by the log or by the answers to its own changes. */
export class NodeKnowledge {
  private readonly checker: Checker
  private readonly fenceMs: number
  private readonly nowMs: () => number
  private generation: string | null = null
  private epoch = 0
  private moments = 0
  private readonly told = new Map<string, Told>()

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
    if (told.polled === Number.POSITIVE_INFINITY) told.polled = this.moments++
    while (this.epoch < epoch)
      for (const { key, tag, n, hard } of this.checker.changesAt({ generation, epoch: ++this.epoch }))
        raise(told, { key, tag }, n, hard)
  }

  /** To be told when a change through this node was answered, whatever it waited for. */
  answered({ generation }: Version, target: Target, n: number, hard: boolean): void {
    raise(this.toldIn(generation), target, n, hard)
  }

  /** What an answer that is not marked stale must show at least, of a read that begins now. */
  freshBounds(key: string): BoundsOf {
    const { checker, nowMs, fenceMs, generation } = this
    const bounds = checker.acknowledged.of(key).copy()
    // Whoever entered a generation did so after everything that was secured in the one before, and loads what it calls
    // fresh. And without waiting for acknowledgements: a node that calls anything fresh has sent its last poll within the
    // lease, and that poll brought what was appended before it was sent; one that polls a master cut off from its replicas
    // cannot do so for longer than the fence allows.
    if (generation !== null) checker.addSecured(bounds, key, orderOf(generation), nowMs() - LEASE_MS - fenceMs)
    return this.withTold(bounds, key, 'any')
  }

  /** What any answer must show, marked stale or not: this node has applied the invalidation of what came before. */
  anyBounds(key: string): BoundsOf {
    return this.withTold(new Bounds(), key, 'hard')
  }

  /**
   * What was told in the value's own generation counts, and in later ones: they began after the value's ended. What was
   * told in an earlier one may have been lost with it, and somebody has loaded an older state since. And nobody can tell
   * that a generation is the earlier one who is led into it for the first time by a master that was cut off.
   */
  private withTold(bounds: Bounds, key: string, mode: 'hard' | 'any'): BoundsOf {
    const told = [...this.told].map(([name, of]) => ({ name, heard: of.heard, bounds: of[mode].of(key).copy() }))
    return ({ generation }) => {
      const polled = this.told.get(generation)?.polled ?? Number.POSITIVE_INFINITY
      for (const { name, heard, bounds: those } of told) {
        const later = orderOf(name) > orderOf(generation) && heard > polled
        if (name === generation || later) bounds.raiseAll(those)
      }
      return bounds
    }
  }

  private toldIn(generation: string): Told {
    const known = this.told.get(generation)
    if (known !== undefined) return known
    const told = {
      hard: new BoundsByKey(),
      any: new BoundsByKey(),
      heard: this.moments++,
      polled: Number.POSITIVE_INFINITY,
    }
    this.told.set(generation, told)
    return told
  }
}

function raise({ hard, any }: Told, { key, tag }: Target, n: number, isHard: boolean): void {
  any.of(key).raise(tag, n)
  if (isHard) hard.of(key).raise(tag, n)
}
