import type { Mutant } from '../../mutation/mutant.ts'

/** What a value must pass before it is kept or served. */
export const SERVING: readonly Mutant[] = [
  {
    rule: 'verAtStart: the version is taken when the load ends',
    file: 'tiers/loader.ts',
    edits: [
      ['const version = follower.version() ?? NO_VERSION', 'let version = NO_VERSION'],
      ['const entry = this.toEntry(', 'version = follower.version() ?? NO_VERSION; const entry = this.toEntry('],
    ],
  },
  {
    rule: 'token: a fill by who holds a lease is a new version',
    file: 'tiers/cache-writer.ts',
    edits: [
      [
        'const entry = this.makeEntry(key, value, version)\n    const stands',
        'const entry = this.makeEntry(key, value, await this.claim([key]))\n    const stands',
      ],
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
    rule: 'atServe: what comes from L2 is judged when it was asked for',
    file: 'tiers/candidates.ts',
    edits: [
      [
        'const admission = this.judge(key, entry, policy)\n    if (admission',
        "const admission = source === 'l2' ? { serve: 'fresh' } : this.judge(key, entry, policy)\n    if (admission",
      ],
    ],
  },
  {
    rule: 'l1Check: a key dropped from L1 is enough, what stays there is not judged',
    file: 'tiers/candidates.ts',
    edits: [
      [
        'const admission = this.judge(key, entry, policy)\n    if (admission',
        "const admission = source === 'l1' && this.deps.follower.state(this.deps.instant()) === 'coherent' ? { serve: 'fresh' } : this.judge(key, entry, policy)\n    if (admission",
      ],
    ],
  },
  {
    rule: 'fwdCheck: what another node says is served as it says it',
    file: 'tiers/tiered-cache.ts',
    edits: [
      [
        'const told = this.candidates.consider(key, entry, policy, source, mode, OWNER_REFRESHES).answer',
        'const told = { stale }',
      ],
    ],
  },
  {
    rule: 'fwdCheck: what another node serves for a failed load is not judged again',
    file: 'tiers/tiered-cache.ts',
    edits: [
      [
        "return this.candidates.fallBack(key, { entry, source: 'peer' }, policy, stale, missed ?? first.reason)",
        "return answer(entry, 'peer', stale, missed)",
      ],
    ],
  },
  {
    rule: 'soft: what was ended softly goes on as if nothing had been',
    file: 'coherence/admit.ts',
    edits: [["if (verdict === 'softened')", 'if (false)']],
  },
  {
    rule: 'soft: an amendment makes it young again',
    file: 'tiers/cache-writer.ts',
    edits: [["this.deps.follower.judge(key, entry) === 'valid' && ", '']],
  },
  {
    rule: 'soft: an amendment makes what a sweep wrote into its deadlines young again',
    file: 'tiers/cache-writer.ts',
    edits: [[" && freshnessOf(entry, this.deps.nowMs()) === 'fresh'", '']],
  },
  {
    rule: 'leaseCheck: a node without lease goes on calling values fresh',
    file: 'coherence/admit.ts',
    edits: [["if (state !== 'coherent')", 'if (false)']],
  },
  {
    rule: 'a value that stands in for a failed load is not judged again',
    file: 'tiers/candidates.ts',
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
