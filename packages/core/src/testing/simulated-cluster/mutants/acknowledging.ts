import type { Mutant } from '../../mutation/mutant.ts'

/** What must be so before anything is acknowledged. */
export const ACKNOWLEDGING: readonly Mutant[] = [
  {
    rule: 'waitAll: no member is waited for',
    file: 'invalidation/acknowledgement.ts',
    edits: [['this.table.members.every((member) => this.applied(member))', 'true']],
  },
  {
    rule: 'ackLease: half a lease is waited for',
    file: 'invalidation/acknowledgement.ts',
    edits: [
      ['this.elapsedMs(nowMs) >= this.leaseOfLaggardsMs()', 'this.elapsedMs(nowMs) >= this.leaseOfLaggardsMs() / 2'],
    ],
  },
  {
    rule: 'guard: a generation counts as old at once',
    file: 'invalidation/acknowledgement.ts',
    edits: [['if (generationAgeMs < this.guardMs(longestLeaseMs)) return null', '']],
  },
  {
    rule: 'guard: the lease alone is waited for, and not the fence',
    file: 'invalidation/acknowledgement.ts',
    edits: [
      [
        'return longestLeaseMs + this.rules.fenceMs + this.rules.marginMs',
        'return longestLeaseMs + this.rules.marginMs',
      ],
    ],
  },
  {
    rule: 'reapSafe: whoever is seen is removed',
    file: 'invalidation/reaper.ts',
    edits: [['if (stillMs < Math.max(member.leaseMs, leaseMs) + marginMs) continue', '']],
  },
]

/** What the log's server does for the protocol; here it is a simulated one, which `packages/redis/src/lua` must match. */
export const SERVING_THE_LOG: readonly Mutant[] = [
  {
    rule: 'gen: a server that has lost writes goes on under the old name',
    file: 'testing/simulated-cluster/log-scripts.ts',
    edits: [['return state.log?.id === me', 'return state.log !== null']],
  },
  {
    rule: 'regen: an old master goes on under the old name when it is master again',
    file: 'testing/simulated-cluster/simulated-redis.ts',
    edits: [[', this.replication]', ']']],
  },
  {
    rule: 'regAtomic: a node reads first, and puts itself on the list in a step of its own',
    file: 'testing/simulated-cluster/chaos-log.ts',
    edits: [
      [
        'server.script((caller) => scripts.poll(caller, this.member, { generation, applied }, this.pageSize)),',
        `(this.world.scheduler.after(LEASE_MS / 2, null, () => {
          if (server.settled)
            server.script((caller) => scripts.poll(caller, this.member, { generation, applied }, this.pageSize))
        }),
        server.ask((caller) => scripts.read(caller, { generation, applied }, this.pageSize))),`,
      ],
    ],
  },
  {
    rule: 'fence: a master that nobody replicates goes on taking writes',
    file: 'testing/simulated-cluster/simulated-redis.ts',
    edits: [['if (this.fenced) throw', 'if (false) throw']],
  },
  {
    rule: 'waitRepl: an append is answered before the replica has it',
    file: 'testing/simulated-cluster/servers.ts',
    edits: [['    await replicated\n', '']],
  },
]
