import type { Mutant } from '../../mutation/mutant.ts'

/** How a node follows the log, and what it must not forget. */
export const FOLLOWING: readonly Mutant[] = [
  {
    rule: 'leaseFromSend: the lease counts from the answer',
    file: 'coherence/log-tail.ts',
    edits: [
      [
        'follower.apply(reply, sentAt)',
        'follower.apply(reply, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() })',
      ],
    ],
  },
  {
    rule: 'leaseAtTail: any poll renews the lease',
    file: 'coherence/follower.ts',
    edits: [['if (!behind) {', 'if (true) {']],
  },
  {
    rule: 'clock: the monotonic clock alone measures the lease',
    file: 'coherence/follower.ts',
    edits: [
      ['Math.max(now.monotonicMs - from.monotonicMs, now.wallMs - from.wallMs)', 'now.monotonicMs - from.monotonicMs'],
    ],
  },
  {
    rule: 'keyMem: invalidated keys are dropped from L1 and not remembered',
    file: 'coherence/follower.ts',
    edits: [
      [
        '    index.note(command, record.epoch)\n',
        '    if (keysOf(command).length === 0) index.note(command, record.epoch)\n',
      ],
    ],
  },
  {
    rule: 'noRetire: old keys and tags are forgotten instead of folded',
    file: 'coherence/epoch-table.ts',
    edits: [['this.fold(bucket, Math.min(epoch, evicted))', '']],
  },
  {
    rule: 'noRetire: old patterns are forgotten instead of folded',
    file: 'coherence/mode-index.ts',
    edits: [['if (folded !== null) this.raiseFloorsOf(folded.sphere, folded.epoch)', '']],
  },
  {
    rule: 'noRetire: old reaches of tags are forgotten instead of folded',
    file: 'coherence/mode-index.ts',
    edits: [['if (folded !== null) this.raiseFloorsOf(folded.reach, folded.epoch)', '']],
  },
  {
    rule: 'noRetire: floors of namespaces are forgotten instead of folded',
    file: 'coherence/namespace-floors.ts',
    edits: [['return folded\n', 'return 0\n']],
  },
  {
    rule: 'noRetire: what was swept is forgotten, and no floor takes its place',
    file: 'coherence/mode-index.ts',
    edits: [['    this.raiseFloor(epoch)\n    for (const part', '    for (const part']],
  },
  {
    rule: 'gap: records trimmed away are not missed',
    file: 'coherence/follower.ts',
    edits: [
      ['index.raiseFloor(record.epoch)\n        whole', 'whole'],
      ['index.raiseFloor(reply.tail)', ''],
    ],
  },
  {
    rule: 'snap: a node joins at the position of a snapshot and does not know what is in it',
    file: 'coherence/follower.ts',
    edits: [
      ['this.generations.join({ name, index })', 'this.generations.join({ name, index: new InvalidationIndex() })'],
    ],
  },
  {
    rule: 'snap: a snapshot speaks of a later position than its index',
    file: 'testing/simulated-cluster/simulated-worker.ts',
    edits: [
      [
        'const { generation, applied, index } = this.follower\n    if',
        'const { generation, applied, index } = this.follower; const bytes = index && encodeIndex(index); await this.follow()\n    if',
      ],
      ['epoch: applied, index: encodeIndex(index) }', 'epoch: this.follower.applied, index: bytes }'],
    ],
  },
  {
    rule: 'a record that cannot be read is skipped',
    file: 'coherence/log-record.ts',
    edits: [["return [{ kind: 'all' }]", 'return []']],
  },
  {
    rule: 'genTag: versions are compared across generations',
    file: 'coherence/generations.ts',
    edits: [['const ours = version.generation === this.now.name', 'const ours = true']],
  },
  {
    rule: 'gen: a new generation goes unnoticed',
    file: 'coherence/generations.ts',
    edits: [['const entered = this.now?.name !== name', 'const entered = this.now === null']],
  },
  {
    rule: 'a value of the generation before is served although it was known to be dead',
    file: 'coherence/generations.ts',
    edits: [
      ["return this.before.index.touch(subject, stamp) === 'hard' ? 'dead' : 'superseded'", "return 'superseded'"],
    ],
  },
  {
    rule: 'a primary that was cut off leads a node back into the generation that it has left',
    file: 'coherence/follower.ts',
    edits: [['if (this.generations.mayBeCutOff(reply.generation, sentAt.monotonicMs)) return NOTHING', '']],
  },
  {
    rule: "noteOwn: a node learns of its own changes by the log's tail alone",
    file: 'tiers/cache-writer.ts',
    edits: [
      ['    follower.noteOwn(commands, version)\n', ''],
      ['    follower.noteOwn([command], version)\n', ''],
    ],
  },
  {
    rule: 'noteOwn: a change answered in a generation that no poll has brought is not noted',
    file: 'coherence/generations.ts',
    edits: [['const { index } = polled', 'if (!polled) return true; const { index } = polled']],
  },
  {
    rule: 'noteOwn: two polls answered by a primary that was cut off end the notes of the generation after it',
    file: 'coherence/generations.ts',
    edits: [['one.over ||= sentMs - one.pollSentMs >= this.fenceMs', 'one.over = true']],
  },
]
