import type { LogCommand } from '../../coherence/log-record.ts'
import type { Version } from '../../coherence/version.ts'
import { isWritten, LEASE_MS } from './plan.ts'
import type { Source } from './source.ts'

/** One key's invalidation: loads that know of it, and reads after it, must show state `n` of the row or a later one. */
interface Change {
  key: string
  n: number
  atMs: number
  generation: number
}

/** The oldest states that a read may be answered with. */
export interface Floor {
  /** By any answer, marked stale or not: this node has applied the invalidation of what came before. */
  any: number
  /** By an answer that is not marked stale. */
  fresh: number
}

/** Knows every invalidation that the log has taken, from the outside. */
export class Checker {
  private readonly source: Source
  private readonly nowMs: () => number
  private readonly byEpoch = new Map<string, Change[]>()
  private readonly byKey = new Map<string, Change[]>()

  constructor(source: Source, nowMs: () => number) {
    this.source = source
    this.nowMs = nowMs
  }

  /**
   * To be told of every append at the moment it happens. A load whose version is at least this epoch began later and so
   * reads what the source holds now, or newer; an older value is dead.
   */
  appended({ generation, epoch }: Version, command: LogCommand): void {
    if (command.kind === 'all') return
    const order = orderOf(generation)
    const changes = command.keys
      // A `put` of a key that is only read through is an amendment: it stores a value that may be old and valid.
      .filter((key) => command.kind === 'keys' || isWritten(key))
      .map((key) => ({ key, n: this.source.row(key).n, atMs: this.nowMs(), generation: order }))
    this.byEpoch.set(`${generation}.${epoch}`, changes)
    for (const change of changes) this.byKey.set(change.key, [...(this.byKey.get(change.key) ?? []), change])
  }

  changesAt(generation: string, epoch: number): readonly Change[] {
    return this.byEpoch.get(`${generation}.${epoch}`) ?? []
  }

  /** Newest state that some invalidation of an earlier generation speaks of. Generations follow each other. */
  newestBefore(key: string, generation: string): number {
    const order = orderOf(generation)
    return this.newest(key, (change) => change.generation < order)
  }

  /**
   * What the lease promises today, without waiting for acknowledgements: a node that calls anything fresh has sent its
   * last poll within the lease, and that poll brought every invalidation appended before it was sent.
   */
  newestOlderThanLease(key: string): number {
    return this.newest(key, (change) => change.atMs <= this.nowMs() - LEASE_MS)
  }

  private newest(key: string, counts: (change: Change) => boolean): number {
    return this.byKey.get(key)?.findLast(counts)?.n ?? 0
  }
}

/** What one incarnation of a node has been told, by the log or by the acknowledgement of its own writes. */
export class NodeKnowledge {
  private readonly checker: Checker
  private generation: string | null = null
  private epoch = 0
  private readonly told = new Map<string, number>()

  constructor(checker: Checker) {
    this.checker = checker
  }

  /** To be told after each poll. Records that were trimmed away count: the node must act as if they concerned it. */
  applied(generation: string, epoch: number): void {
    if (this.generation !== generation) this.epoch = 0
    this.generation = generation
    while (this.epoch < epoch)
      for (const { key, n } of this.checker.changesAt(generation, ++this.epoch)) this.tell(key, n)
  }

  /** To be told when a write or removal through this node was acknowledged. */
  acknowledged(key: string, n: number): void {
    this.tell(key, n)
  }

  /** For a read that begins now. */
  floor(key: string): Floor {
    const any = this.told.get(key) ?? 0
    const lease = this.checker.newestOlderThanLease(key)
    // Whoever entered a generation did so after every invalidation of the one before, and loads what it calls fresh.
    const before = this.generation === null ? 0 : this.checker.newestBefore(key, this.generation)
    return { any, fresh: Math.max(any, lease, before) }
  }

  private tell(key: string, n: number): void {
    this.told.set(key, Math.max(n, this.told.get(key) ?? 0))
  }
}

/** Generations are numbered here as they come. */
function orderOf(generation: string): number {
  return Number.parseInt(generation, 16)
}
