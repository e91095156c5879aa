import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import type { SourceEdit } from '@freshet/testing/source-edits'
import type { Guard } from '../directed/scenario.ts'

/** A node without one of its guards. */
export interface Mutant {
  guard: Guard
  /** What is missing. */
  without: string
  edits: readonly SourceEdit[]
}

const CORE = path.join(CHECKOUT, 'packages/core/src')

const mutant = (guard: Guard, without: string, file: string, ...edits: (readonly [string, string])[]): Mutant => ({
  guard,
  without,
  edits: [{ file: path.join(CORE, file), edits }],
})

const JUDGED = 'const admission = this.judge(key, entry, policy)\n    if'

/** One for each scenario. Made at build time: the product itself has no switch for any of them. */
export const MUTANTS: readonly Mutant[] = [
  mutant(
    'verAtStart',
    'a value gets its version when its load ends',
    'tiers/loader.ts',
    ['const version = follower.version() ?? NO_VERSION', 'let version = NO_VERSION'],
    ['const entry = this.toEntry(', 'version = follower.version() ?? NO_VERSION; const entry = this.toEntry('],
  ),
  mutant('joinCheck', 'whoever joins a load takes what it brings', 'tiers/loader.ts', [
    'if (first.began || mayJoin(first.value)) return first',
    'return first',
  ]),
  mutant('keyMem', 'invalidated keys are dropped from memory and not remembered', 'coherence/follower.ts', [
    'index.note(command, record.epoch)',
    "if (command.kind !== 'keys') index.note(command, record.epoch)",
  ]),
  mutant('atServe', 'what comes from Redis is served as it is', 'tiers/tiered-cache.ts', [
    JUDGED,
    JUDGED.replace('this.judge', "source === 'l2' ? ({ serve: 'fresh' } as Admission) : this.judge"),
  ]),
  mutant('l1Check', 'what is still in memory is served as it is, while there is a lease', 'tiers/tiered-cache.ts', [
    JUDGED,
    JUDGED.replace(
      'this.judge',
      "source === 'l1' && this.mayAskShared() ? ({ serve: 'fresh' } as Admission) : this.judge",
    ),
  ]),
  mutant('token', 'a fill by lease gets the version of the moment at which it comes', 'tiers/cache-writer.ts', [
    'async fill(key: string, value: Value, version: Version): Promise<Entry> {',
    'async fill(key: string, value: Value, given: Version): Promise<Entry> { const version = this.deps.follower.version() ?? given',
  ]),
  mutant('leaseCheck', 'a node without a lease goes on calling values fresh', 'coherence/admit.ts', [
    "if (state !== 'coherent')",
    'if (false)',
  ]),
  mutant('leaseFromSend', 'a lease counts from the answer of its poll', 'coherence/log-tail.ts', [
    'follower.apply(reply, sentAt)',
    'follower.apply(reply, { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() })',
  ]),
  mutant('leaseAtTail', 'any poll renews the lease, also one that leaves records unread', 'coherence/follower.ts', [
    'if (!behind) {',
    'if (true) {',
  ]),
  mutant('waitAll', 'nobody is waited for', 'invalidation/acknowledgement.ts', [
    'if (this.table.members.every((member) => this.applied(member)))',
    'if (true)',
  ]),
  mutant('guard', 'a new generation is acknowledged in at once', 'invalidation/acknowledgement.ts', [
    'if (generationAgeMs < this.guardMs(longestLeaseMs)) return null',
    '',
  ]),
  mutant(
    'gap',
    'records that were trimmed away are not missed',
    'coherence/follower.ts',
    ['index.raiseFloor(record.epoch)\n        whole', 'whole'],
    ['index.raiseFloor(reply.tail)', ''],
  ),
  mutant('gen', 'a new generation goes unnoticed', 'coherence/generations.ts', [
    'const entered = this.now?.name !== name',
    'const entered = this.now === null',
  ]),
  mutant('genTag', 'versions are compared across generations', 'coherence/generations.ts', [
    'const ours = version.generation === this.now.name',
    'const ours = true',
  ]),
]
