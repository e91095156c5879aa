import type { PollReply } from '../../coherence/log.ts'
import { decodeCommands, encodeCommands, type LogCommand } from '../../coherence/log-record.ts'
import { formatVersion, type Version } from '../../coherence/version.ts'
import type { Page } from './log-scripts.ts'
import * as scripts from './log-scripts.ts'
import { LEASE_MS } from './plan.ts'
import type { Process } from './process.ts'
import { Route } from './route.ts'
import { SimulatedRedis } from './simulated-redis.ts'
import type { World } from './world.ts'

/** How long a connection may take to find another master, milliseconds. */
const PACES = [5, 5, 50, 3 * LEASE_MS, 3 * LEASE_MS] as const

const SERVER_WALL_MS = 1_650_000_000_000

/** What hears of every append, from the outside. */
export interface AppendObserver {
  appended: (version: Version, commands: readonly LogCommand[]) => void
  /** No failover can lose it any more. */
  secured: (version: Version) => void
}

/** The Redis servers of log and second tier, and who is master among them. */
export class Servers {
  /** The log's master; connections may still lead to the one before. */
  master: SimulatedRedis
  /** Holds the second tier: the log's master itself, or a server of its own. */
  private readonly tierServer: SimulatedRedis | null
  private readonly world: World
  private readonly logRoutes: Route[] = []
  private readonly bells = new Set<{ route: Route; ring: () => void }>()
  private readonly observer: AppendObserver
  private promotions = 0
  /** Positions of records that this build cannot read. */
  private readonly unreadable = new Set<string>()

  constructor(world: World, observer: AppendObserver) {
    this.world = world
    this.observer = observer
    this.master = new SimulatedRedis(world, 'redis0')
    this.tierServer = world.plan.sharedRedis ? null : new SimulatedRedis(world, 'l2')
  }

  get tier(): SimulatedRedis {
    return this.tierServer ?? this.master
  }

  /** A new connection to the log. */
  logRoute(owner: Process): Route {
    const route = new Route(this.world, owner, this.master)
    this.logRoutes.push(route)
    return route
  }

  /** A new connection to the second tier. */
  tierRoute(owner: Process): Route {
    return this.tierServer === null ? this.logRoute(owner) : new Route(this.world, owner, this.tierServer)
  }

  onDoorbell(owner: Process, ring: () => void): () => void {
    const bell = { route: this.logRoute(owner), ring }
    this.bells.add(bell)
    return () => this.bells.delete(bell)
  }

  /** Resolves when every replica that may be promoted has the record (rule waitRepl). */
  async append(server: SimulatedRedis, commands: readonly LogCommand[]): Promise<Version> {
    const payload = encodeCommands(commands)
    const version = server.script((caller) => scripts.append(caller, payload))
    if (this.world.strikes('unreadable record', 0.1)) this.unreadable.add(formatVersion(version))
    this.world.note(() => `${server.name} takes ${tell(version)}: ${JSON.stringify(commands)}`)
    this.observer.appended(version, commands)
    for (const { route, ring } of this.bells) if (route.server === server) ring()
    const replicated = server.replicated().then(() => this.observer.secured(version))
    replicated.catch(() => {})
    await replicated
    return version
  }

  /** A page as its reader parses it. */
  replyOf({ generation, tail, records }: Page): PollReply {
    return {
      generation,
      tail,
      records: records.map(({ epoch, payload }) => ({
        epoch,
        commands: decodeCommands(
          this.unreadable.has(formatVersion({ generation, epoch })) ? '{"v":2,"what":"a newer build"}' : payload,
        ),
      })),
      serverTimeMs: SERVER_WALL_MS + this.world.scheduler.nowMs(),
    }
  }

  /** Puts what a master's replica has in its place. The old one may live on, cut off. */
  promote(former: SimulatedRedis): SimulatedRedis {
    const promoted = new SimulatedRedis(this.world, `redis${++this.promotions}`, former.stateOfReplica())
    this.become(promoted)
    return promoted
  }

  /** Makes one of the servers master. */
  become(master: SimulatedRedis): void {
    this.master = master
    const { random } = this.world
    // A process mostly finds out for all of its connections at once, and some of them lag behind.
    const paces = new Map<Process, number>()
    for (const route of this.logRoutes) {
      const pace = paces.get(route.owner) ?? random.pick(PACES)
      paces.set(route.owner, pace)
      route.promoted(master, random.chance(0.7) ? pace : random.pick(PACES))
    }
  }
}

function tell({ generation, epoch }: Version): string {
  return `${Number.parseInt(generation, 16)}.${epoch}`
}
