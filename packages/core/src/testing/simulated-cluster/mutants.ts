/** A guard taken out of the sources: which, where, and what stands in its place. */
export interface Mutant {
  /** The protocol's name of the rule, and what is missing. */
  rule: string
  /** Below `src/`. */
  file: string
  /** What is found, exactly once, and what replaces it. */
  edits: readonly (readonly [string, string])[]
}

/**
 * Without any one of these the cache serves what it must not, or forgets whom it serves: a simulation must find it.
 * Guards that only one storm in a thousand needs are left to unit tests (what `Generations` takes along on entering one).
 */
export const GUARDS: readonly Mutant[] = [
  {
    rule: 'verAtStart: the version is taken when the load ends',
    file: 'tiers/loader.ts',
    edits: [
      ['const version = follower.version() ?? NO_VERSION', 'let version = NO_VERSION'],
      ['const entry = this.toEntry(', 'version = follower.version() ?? NO_VERSION; const entry = this.toEntry('],
    ],
  },
  {
    rule: 'joinCheck: whoever joins a load takes what it brings',
    file: 'tiers/loader.ts',
    edits: [['if (first.began || mayJoin(first.value)) return first', 'return first']],
  },
  {
    rule: 'atServe: the log does not judge what is served',
    file: 'coherence/admit.ts',
    edits: [["if (verdict === 'dead')", 'if (false)']],
  },
  {
    rule: 'atServe: what comes from L2 is not judged',
    file: 'tiers/tiered-cache.ts',
    edits: [
      [
        'const admission = this.judge(key, entry, policy)\n    if',
        "const admission = source === 'l2' ? { serve: 'fresh' } : this.judge(key, entry, policy)\n    if",
      ],
    ],
  },
  {
    rule: 'l1Check: a key dropped from L1 is enough, what stays there is not judged',
    file: 'tiers/tiered-cache.ts',
    edits: [
      [
        'const admission = this.judge(key, entry, policy)\n    if',
        "const admission = source === 'l1' && this.mayAskShared() ? { serve: 'fresh' } : this.judge(key, entry, policy)\n    if",
      ],
    ],
  },
  {
    rule: 'leaseCheck: a node without lease goes on calling values fresh',
    file: 'coherence/admit.ts',
    edits: [["if (state !== 'coherent')", 'if (false)']],
  },
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
    edits: [['index.noteKey(key, record.epoch)', '']],
  },
  {
    rule: 'noRetire: old keys are forgotten instead of folded',
    file: 'coherence/invalidation-index.ts',
    edits: [['this.buckets.fold(oldest[0], oldest[1])', '']],
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
    edits: [['this.before.index.newest(key) <= version.epoch', 'true']],
  },
  {
    rule: "noteOwn: a node learns of its own writes by the log's tail alone",
    file: 'tiers/cache-writer.ts',
    edits: [['follower.noteOwn(keys, version)', '']],
  },
  {
    rule: 'noteOwn: a write answered in a generation that no poll has brought is not noted',
    file: 'coherence/generations.ts',
    edits: [['const { index } = polled', 'if (!polled) return true; const { index } = polled']],
  },
  {
    rule: 'a value that stands in for a failed load is not judged again',
    file: 'tiers/tiered-cache.ts',
    edits: [["if (admission.serve === 'no' && !admission.fallback) return null", '']],
  },
  {
    rule: 'an amendment does not look at what came between',
    file: 'tiers/cache-writer.ts',
    edits: [['if (!stood) throw', 'if (false) throw']],
  },
  {
    rule: 'single flight: nobody joins',
    file: 'tiers/single-flight.ts',
    edits: [['if (inFlight !== undefined)', 'if (false)']],
  },
  {
    rule: 'single flight: a load that failed stays in the table',
    file: 'tiers/single-flight.ts',
    edits: [
      [
        'start().finally(() => this.running.delete(key))',
        'start().then((value) => { this.running.delete(key); return value })',
      ],
    ],
  },
  {
    rule: 'a load that hangs has no end',
    file: 'tiers/loader.ts',
    edits: [
      ['ask(controller.signal), deadline]', 'ask(controller.signal), deadline.catch(() => new Promise(() => {}))]'],
    ],
  },
]

/** What only saves memory or work: without any one of these every promise still holds. */
export const THRIFT: readonly Mutant[] = [
  {
    rule: 'L1 keeps what an applied record has ended',
    file: 'tiers/memory-tier.ts',
    edits: [['this.store.delete(key)', 'void 0']],
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
]
