import { ClusterClock } from '../../coherence/cluster-clock.ts'
import { Follower } from '../../coherence/follower.ts'
import { encodeIndex } from '../../coherence/index-codec.ts'
import { InvalidationIndex } from '../../coherence/invalidation-index.ts'
import { sweepAction } from '../../coherence/sweep-action.ts'
import { Reaper } from '../../invalidation/reaper.ts'
import { ChaosLog } from './chaos-log.ts'
import { ChaosTier } from './chaos-tier.ts'
import { LEASE_MS, MARGIN_MS } from './plan.ts'
import { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** Pause between two looks at the log, milliseconds. */
const FOLLOW_EVERY_MS = 20
/** Records that a snapshot covers and that are kept all the same. */
const SPARE = 2

/**
 * The worker, as far as caches notice it: it follows the log without being a member, writes snapshots, cuts off what they
 * cover, and sweeps the second tier. It may die in the middle of anything.
 */
export class SimulatedWorker {
  readonly process: Process
  private readonly world: World
  private readonly follower: Follower
  private readonly clock: ClusterClock
  private readonly log: ChaosLog
  private readonly reaper: Reaper
  private readonly tier: ChaosTier

  constructor(name: string, world: World, servers: Servers) {
    this.world = world
    this.process = new Process(name, world.scheduler.nowMs, 0)
    this.follower = new Follower(LEASE_MS, () => new InvalidationIndex(world.plan.indexLimits))
    this.clock = new ClusterClock(this.process)
    this.log = new ChaosLog(world, this.process, servers)
    this.reaper = new Reaper({ members: this.log, clock: this.process, leaseMs: LEASE_MS, marginMs: MARGIN_MS })
    this.tier = new ChaosTier(world, this.process, servers)
  }

  start(): void {
    const { snapshotEveryMs, sweepEveryMs } = this.world.plan
    this.repeat(FOLLOW_EVERY_MS, () => this.follow())
    this.repeat(LEASE_MS / 2, () => this.reap())
    if (snapshotEveryMs !== null) this.repeat(snapshotEveryMs, () => this.writeSnapshot(), true)
    if (sweepEveryMs !== null) this.repeat(sweepEveryMs, () => this.sweep(), true)
  }

  /** Does it again and again, whatever becomes of it; `untilCalm`: while the storm lasts. */
  private repeat(everyMs: number, work: () => Promise<void>, untilCalm = false): void {
    this.world.scheduler.after(everyMs, this.process, async () => {
      if (untilCalm && !this.world.stormy) return
      await work().catch((error) => this.world.note(() => `${this.process.name} failed: ${error}`))
      this.repeat(everyMs, work, untilCalm)
    })
  }

  /** Members that died delay no acknowledgement for ever, even if nobody who waits takes them off the list. */
  private async reap(): Promise<void> {
    await this.reaper.look()
  }

  private async follow(): Promise<void> {
    for (let behind = true; behind; ) {
      const sentAt = { monotonicMs: this.process.monotonicMs(), wallMs: this.process.wallMs() }
      const reply = await this.log.read(this.follower.generation, this.follower.applied)
      this.clock.observe(reply.serverTimeMs, sentAt.wallMs, this.process.wallMs())
      behind = this.follower.apply(reply, sentAt).behind
    }
  }

  /** Index and position are of one moment (rule snap). */
  private async writeSnapshot(): Promise<void> {
    const { generation, applied, index } = this.follower
    if (generation === null || index === null) return
    if (!(await this.log.writeSnapshot({ generation, epoch: applied, index: encodeIndex(index) }))) return
    this.world.note(() => `${this.process.name} has written a snapshot of ${Number(generation)}.${applied}`)
    this.world.tally.add('snapshot written')
    await this.log.trim(SPARE)
    this.world.tally.add('log trimmed')
  }

  /** Looks through the whole tier: what lives is stamped, what is dead goes; then floors may rise. */
  private async sweep(): Promise<void> {
    const { follower, log, tier, world } = this
    const { generation, applied } = follower
    if (generation === null) return
    for (const key of await tier.keys()) await this.sweepOne(key)
    if (follower.generation !== generation) return
    world.note(() => `${this.process.name} has swept up to ${Number(generation)}.${applied}`)
    await log.append({ kind: 'swept', epoch: applied })
    world.tally.add('sweep completed')
  }

  private async sweepOne(key: string): Promise<void> {
    const lookup = await this.tier.get(key)
    if (lookup.state === 'miss') return
    const { entry } = lookup
    const seen = { ...entry }
    const action = sweepAction(entry, this.follower.judge(key, entry), this.follower.applied, this.clock.nowMs())
    if (action.act === 'keep') return
    const next = action.act === 'remove' ? null : { ...seen, stamp: action.stamp, freshUntilMs: action.freshUntilMs }
    if (await this.tier.settle(key, seen, next))
      this.world.tally.add(next === null ? 'swept: removed' : 'swept: stamped')
  }
}
