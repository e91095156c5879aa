import type { Member, MemberTable } from '../coherence/log.ts'
import type { Version } from '../coherence/version.ts'
import type { NodeReceipt } from './receipt.ts'

/** What must have passed before anything is acknowledged without a member's word. All in milliseconds. */
export interface AckRules {
  /** The lease that the acknowledger's own installation gives its nodes. */
  leaseMs: number
  /** With replicas: how long a primary that was cut off may go on answering polls. 0 for a single server. */
  fenceMs: number
  /** Added to whatever must run out, because two machines' clocks do not run at quite the same rate. */
  marginMs: number
  /** Members' word alone counts, and no lease ends a wait: for those who trust no clock. A dead member then blocks. */
  strict: boolean
}

/** All members have applied it, or the lease of those who have not has run out, or was given up. */
export type AckBasis = 'members' | 'lease'

/** How far an acknowledgement has come. Delays count from the moment at which the append had returned. */
export interface AckProgress {
  /** Null while it is not acknowledged. */
  by: AckBasis | null
  /** Null while it is not acknowledged. */
  afterMs: number | null
  nodes: NodeReceipt[]
  /** Ids of nodes that have not applied it, as far as is known. */
  laggards: string[]
  /** For how long a node may still serve as fresh what this ended; 0 once acknowledged. */
  leaseRemainingMs: number
}

/**
 * One record that waits to be acknowledged: what the member tables have said about it, and whether that is enough. It does
 * no I/O and has no clock.
 */
export class AckWait {
  readonly version: Version
  private readonly rules: AckRules
  /** When the append had returned, on the acknowledger's monotonic clock. */
  private readonly sinceMs: number
  /** The newest table that was read when the record was in the log already. */
  private table: MemberTable | null = null
  private readonly appliedAfterMs = new Map<string, number>()
  /** Members that left the table without having applied it, and when that was seen: their leases are over. */
  private readonly gone = new Map<string, { member: Member; afterMs: number }>()
  private otherGeneration = false

  constructor(version: Version, rules: AckRules, sinceMs: number) {
    this.version = version
    this.rules = rules
    this.sinceMs = sinceMs
  }

  /** The log has begun a generation in which this record does not exist. It will never be acknowledged. */
  get lost(): boolean {
    return this.otherGeneration
  }

  elapsedMs(nowMs: number): number {
    return nowMs - this.sinceMs
  }

  /** Takes in a member table. `askedSince`: it was asked for after the append had returned. */
  hear(table: MemberTable, nowMs: number, askedSince: boolean): void {
    if (table.generation !== this.version.generation) {
      // An answer that was on its way before the append may tell of the generation before it, and says nothing then.
      if (askedSince) this.otherGeneration = true
      return
    }
    // Read before the append, the table could lack a node that has joined in between and holds a lease without it.
    if (table.tail < this.version.epoch) return // rule readAfter
    const present = new Set(table.members.map(({ incarnation }) => incarnation))
    for (const member of this.table?.members ?? [])
      if (!present.has(member.incarnation) && !this.applied(member))
        this.gone.set(member.incarnation, { member, afterMs: this.elapsedMs(nowMs) })
    this.table = table
    for (const member of table.members) {
      if (this.applied(member) && !this.appliedAfterMs.has(member.incarnation))
        this.appliedAfterMs.set(member.incarnation, this.elapsedMs(nowMs))
    }
  }

  /** Whether no node can serve as fresh any more what this record ended, and why. `generationAgeMs`: `GenerationAges`. */
  basis(nowMs: number, generationAgeMs: number, longestLeaseMs: number): AckBasis | null {
    if (this.table === null) return null
    // Nodes of the generation before are in no table; their leases are over when this has passed.
    if (generationAgeMs < this.guardMs(longestLeaseMs)) return null // rule guard
    if (this.table.members.every((member) => this.applied(member))) {
      // A laggard that is off the list said goodbye, or somebody else waited for its lease: it did not apply it.
      return this.left().length === 0 ? 'members' : 'lease' // rule waitAll
    }
    if (this.rules.strict) return null
    // Any lease of a member that has not applied it was given by a poll answered before the append.
    return this.elapsedMs(nowMs) >= this.leaseOfLaggardsMs() ? 'lease' : null // rule ackLease
  }

  progress(by: AckBasis | null, nowMs: number, generationAgeMs: number, longestLeaseMs: number): AckProgress {
    const elapsedMs = this.elapsedMs(nowMs)
    const members = this.table?.members ?? []
    const left = this.left()
    const nodes: NodeReceipt[] = members.map((member) => ({
      nodeId: member.nodeId,
      incarnation: member.incarnation,
      appliedAfterMs: this.appliedAfterMs.get(member.incarnation) ?? null,
      leaseExpiredAfterMs: by === 'lease' && !this.applied(member) ? elapsedMs : null,
    }))
    for (const { member, afterMs } of left)
      nodes.push({
        nodeId: member.nodeId,
        incarnation: member.incarnation,
        appliedAfterMs: null,
        leaseExpiredAfterMs: afterMs,
      })
    const laggards = [...members.filter((member) => !this.applied(member)), ...left.map(({ member }) => member)].map(
      ({ nodeId }) => nodeId,
    )
    const leaseMs = this.table === null ? longestLeaseMs + this.rules.marginMs : this.leaseOfLaggardsMs()
    const remainingMs = Math.max(leaseMs - elapsedMs, this.guardMs(longestLeaseMs) - generationAgeMs, 0)
    return {
      by,
      afterMs: by === null ? null : elapsedMs,
      nodes,
      laggards,
      leaseRemainingMs: by === null ? remainingMs : 0,
    }
  }

  /** Members that were waited for and have left the table; one may be listed again that lagged a table behind. */
  private left(): { member: Member; afterMs: number }[] {
    const members = this.table?.members ?? []
    return [...this.gone.values()].filter(({ member }) => !members.some((one) => isSame(one, member)))
  }

  private applied(member: Member): boolean {
    return member.applied >= this.version.epoch
  }

  private guardMs(longestLeaseMs: number): number {
    return longestLeaseMs + this.rules.fenceMs + this.rules.marginMs
  }

  /** Our own lease at least: a member that gives itself less is the exception, and waiting is never wrong. */
  private leaseOfLaggardsMs(): number {
    let longest = this.rules.leaseMs
    for (const member of this.table?.members ?? [])
      if (!this.applied(member)) longest = Math.max(longest, member.leaseMs)
    return longest + this.rules.marginMs
  }
}

function isSame(a: Member, b: Member): boolean {
  return a.incarnation === b.incarnation
}
