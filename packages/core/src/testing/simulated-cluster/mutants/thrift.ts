import type { Mutant } from '../../mutation/mutant.ts'

/** What only saves memory or work: without any one of these every promise still holds. */
export const THRIFT: readonly Mutant[] = [
  {
    rule: 'L1 keeps what an applied record has ended',
    file: 'tiers/memory-tier.ts',
    edits: [
      [
        '    if (held.version.generation !== version.generation || held.version.epoch < version.epoch) this.drop(key)\n',
        '',
      ],
    ],
  },
  {
    rule: 'a load that lost is stored all the same',
    file: 'tiers/loader.ts',
    edits: [['if (valid && !reply.noStore)', 'if (!reply.noStore)']],
  },
  {
    rule: 'L2 takes an older version over a newer one',
    file: 'testing/fake-shared-tier.ts',
    edits: [['held.epoch > other.epoch', 'false']],
  },
  {
    rule: 'nothing is ever deleted from L2',
    file: 'testing/fake-shared-tier.ts',
    edits: [['this.held.delete(key)', 'void 0']],
  },
  {
    rule: 'stamps: a value that was found untouched is looked at in full again and again',
    file: 'coherence/generations.ts',
    edits: [['entry.stamp = untouchedUpTo', 'void 0']],
  },
  {
    rule: 'memClear: a new generation begins with the members of the one before',
    file: 'testing/simulated-cluster/log-scripts.ts',
    edits: [['members: new Map(), polls: 0', 'members: state.log?.members ?? new Map(), polls: state.log?.polls ?? 0']],
  },
]
