import { type Caller, isOurs } from './log-scripts.ts'
import { FENCE_MS } from './plan.ts'
import { copyOf, type Effect, emptyState, type RedisState } from './redis-state.ts'
import { StateCopy } from './state-copy.ts'
import type { World } from './world.ts'

/**
 * One Redis: what it holds, its copy on disk, and one replica when the plan has one. Each change is made here at once and
 * in the copies later; what has not arrived there when the server dies is lost.
 */
export class SimulatedRedis {
  readonly name: string
  /** Connections are refused for now. */
  down = false
  /** It never comes back. */
  dead = false
  private state: RedisState
  private disk: StateCopy
  private replica: StateCopy | null
  private run = 1
  private master: number
  private replication = 1
  private isolatedAtMs: number | null = null
  private readonly world: World

  constructor(world: World, name: string, state = emptyState()) {
    this.world = world
    this.name = name
    this.master = world.nextMaster()
    this.state = state
    this.disk = this.copyToDisk()
    this.replica = this.copyToReplica()
  }

  get reachable(): boolean {
    return !this.down && !this.dead
  }

  /** Alive, and not cut off from its replica. */
  get settled(): boolean {
    return !this.dead && this.isolatedAtMs === null
  }

  /** Rejects when the server may not take writes. */
  write<T>(effect: Effect<T>): T {
    if (this.fenced) throw new Error(`${this.name}: NOREPLICAS`)
    const nowMs = this.world.scheduler.nowMs()
    this.disk.send(effect, nowMs)
    this.replica?.send(effect, nowMs)
    return effect(this.state)
  }

  /** For what only reads. */
  peek<T>(look: (state: RedisState) => T): T {
    return look(this.state)
  }

  /** A change that nobody asked for: an eviction, a flush. False when the server cannot make it now. */
  mend(effect: Effect<boolean>): boolean {
    return this.settled && this.write(effect)
  }

  /** Runs a script of the log that writes. */
  script<T>(make: (caller: Caller) => Effect<T>): T {
    const { me } = this
    return this.write(
      make({ me, nonce: isOurs(this.state, me) ? '' : this.world.nextGeneration(this.name, this.master) }),
    )
  }

  /** Runs one that writes nothing, unless a generation begins with it: a fenced server answers it too. */
  ask<T>(make: (caller: Caller) => Effect<T>): T {
    const { me } = this
    return isOurs(this.state, me) ? make({ me, nonce: '' })(this.state) : this.script(make)
  }

  /**
   * Resolves once the replica has what was written before this call (WAIT), at once when there is none to wait for; rejects
   * when it was cut off before.
   */
  replicated(): Promise<void> {
    const { world, replica } = this
    if (replica === null) return Promise.resolve()
    const nowMs = world.scheduler.nowMs()
    const atMs = replica.send(() => {}, nowMs)
    return new Promise((resolve, reject) => {
      world.scheduler.after(atMs - nowMs, null, () => {
        if (replica.receives(atMs)) resolve()
        else reject(new Error(`${this.name}: no replica confirmed`))
      })
    })
  }

  /** Killed and started again with what is on its disk. */
  restart(): void {
    this.state = copyOf(this.disk.stateAt(this.world.scheduler.nowMs()))
    this.run++
    this.disk = this.copyToDisk()
    this.replica = this.copyToReplica()
  }

  /** Cut off from its replica and from whoever watches over it; clients may still reach it. */
  isolate(): void {
    this.isolatedAtMs = this.world.scheduler.nowMs()
    this.replica?.cut(this.isolatedAtMs)
  }

  /** Finds its replica again before anybody was promoted. */
  heal(): void {
    this.isolatedAtMs = null
    this.replica = this.copyToReplica()
  }

  /** What its replica has: the state of the server that is promoted in its place. */
  stateOfReplica(): RedisState {
    const nowMs = this.world.scheduler.nowMs()
    this.replica?.cut(nowMs)
    return copyOf(this.replica?.stateAt(nowMs) ?? emptyState())
  }

  /** An old master that becomes master again without having seen what happened meanwhile. */
  returnAsMaster(): void {
    this.replication++
    this.master = this.world.nextMaster()
    this.heal()
  }

  /** Its run and its replication history, as INFO tells them. */
  private get me(): string {
    return [this.name, this.run, this.replication].join(':')
  }

  /** `min-replicas-to-write` with `min-replicas-max-lag`: a master that nobody replicates takes no writes (rule fence). */
  private get fenced(): boolean {
    const { isolatedAtMs, world } = this
    return isolatedAtMs !== null && world.scheduler.nowMs() - isolatedAtMs > FENCE_MS
  }

  private copyToDisk(): StateCopy {
    return new StateCopy(this.state, () => this.world.plan.diskLagMs)
  }

  private copyToReplica(): StateCopy | null {
    const { plan, random } = this.world
    return plan.replicated ? new StateCopy(this.state, () => random.between(0, plan.replicaLagMs)) : null
  }
}
