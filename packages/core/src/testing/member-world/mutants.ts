import type { Mutant } from '../mutation/mutant.ts'

/** Without any one of these an acknowledgement is given while a node without the record holds a lease. */
export const ACKNOWLEDGEMENT_GUARDS: readonly Mutant[] = [
  {
    rule: 'waitAll: no member is waited for',
    file: 'invalidation/acknowledgement.ts',
    edits: [['this.table.members.every((member) => this.applied(member))', 'true']],
  },
  {
    rule: 'ackLease: less than a lease is waited for',
    file: 'invalidation/acknowledgement.ts',
    edits: [['this.elapsedMs(nowMs) >= this.leaseOfLaggardsMs()', 'this.elapsedMs(nowMs) >= 10']],
  },
  {
    rule: 'ackLease: a laggard gives itself a longer lease than we do, and it is not asked for',
    file: 'invalidation/acknowledgement.ts',
    edits: [['longest = Math.max(longest, member.leaseMs)', '']],
  },
  {
    rule: 'ackLease: our own lease is waited for while nobody knows the members',
    file: 'invalidation/acknowledgement.ts',
    edits: [
      [
        'if (this.table === null) return null',
        "if (this.table === null) return this.elapsedMs(nowMs) >= this.leaseOfLaggardsMs() ? 'lease' : null",
      ],
    ],
  },
  {
    rule: 'guard: a generation counts as old at once',
    file: 'invalidation/acknowledgement.ts',
    edits: [['if (generationAgeMs < this.guardMs(longestLeaseMs)) return null', '']],
  },
  {
    rule: 'readAfter: a table from before the append is believed',
    file: 'invalidation/acknowledgement.ts',
    edits: [['if (table.tail < this.version.epoch) return', '']],
  },
  {
    rule: 'gen: the members of another generation are believed',
    file: 'invalidation/acknowledgement.ts',
    edits: [['if (table.generation !== this.version.generation) {', 'if (false) {']],
  },
  {
    rule: 'clock: the wall clock measures what must run out',
    file: 'invalidation/acknowledger.ts',
    edits: [['return this.deps.clock.monotonicMs()', 'return this.deps.clock.wallMs()']],
  },
  {
    rule: 'reapSafe: whoever is seen is removed',
    file: 'invalidation/reaper.ts',
    edits: [['if (stillMs < Math.max(member.leaseMs, leaseMs) + marginMs) continue', '']],
  },
  {
    rule: "reapSafe: a member's own longer lease is not waited for",
    file: 'invalidation/reaper.ts',
    edits: [['Math.max(member.leaseMs, leaseMs)', 'leaseMs']],
  },
  {
    rule: 'reapSafe: a member that polled since is taken for one that stands still',
    file: 'invalidation/member-watch.ts',
    edits: [['known?.polls === member.polls ? known', 'known ? known']],
  },
  {
    rule: 'reapSafe: a member that has polled as often in the generation before is taken for one that stands still',
    file: 'invalidation/member-watch.ts',
    edits: [['table.generation === this.generation ? this.sights : new Map<string, Sight>()', 'this.sights']],
  },
  {
    rule: 'reapSafe: the server removes a member that polled since',
    file: 'testing/member-world/member-server.ts',
    edits: [[' || this.list.get(name)?.polls !== polls', '']],
  },
  {
    rule: 'reapSafe: the server counts the polls of a member that comes back anew',
    file: 'testing/member-world/member-server.ts',
    edits: [['const polls = ++this.polls', 'const polls = (this.list.get(name)?.polls ?? 0) + 1']],
  },
]
