import type { PollReply } from '../../coherence/log.ts'
import { decodeCommands, encodeCommands, type LogCommand } from '../../coherence/log-record.ts'
import { formatVersion, type Version } from '../../coherence/version.ts'
import { FakeLog } from '../fake-log.ts'
import { FakeSharedTier } from '../fake-shared-tier.ts'
import { Source } from './source.ts'
import type { World } from './world.ts'

const SERVER_WALL_MS = 1_650_000_000_000

/** What the nodes share: the log, the second tier and the source. */
export class Servers {
  readonly log = new FakeLog()
  readonly tier = new FakeSharedTier()
  readonly source = new Source()
  logDown = false
  tierDown = false
  /** Told of each append the moment it is in the log. */
  onAppended: (version: Version, command: LogCommand) => void = () => {}
  private readonly world: World
  private generations = 1
  /** Positions of records that this build cannot read. */
  private readonly unreadable = new Set<string>()

  constructor(world: World) {
    this.world = world
  }

  /** The log server's TIME, which is nobody else's. */
  private timeMs = (): number => SERVER_WALL_MS + this.world.scheduler.nowMs()

  async append(command: LogCommand): Promise<Version> {
    const version = await this.log.append(command)
    if (this.world.strikes('unreadable record', 0.1)) this.unreadable.add(formatVersion(version))
    this.onAppended(version, command)
    return version
  }

  poll(generation: string | null, applied: number): PollReply {
    const { log } = this
    const reply = log.read(generation === log.generation ? applied : 0, this.world.plan.pageSize)
    const records = reply.records.map(({ epoch, commands }) => ({
      epoch,
      commands: decodeCommands(this.payloadAt({ generation: log.generation, epoch }, commands)),
    }))
    return { ...reply, records, serverTimeMs: this.timeMs() }
  }

  /** The log's server may have lost writes: restarted, promoted, flushed. */
  beginGeneration(): string {
    const name = (++this.generations).toString(16).padStart(16, '0')
    this.log.beginGeneration(name)
    return name
  }

  get tail(): number {
    return this.log.read(0, 0).tail
  }

  private payloadAt(version: Version, commands: readonly LogCommand[]): string {
    return this.unreadable.has(formatVersion(version)) ? '{"v":2,"what":"a newer build"}' : encodeCommands(commands)
  }
}
