import type { InvalidationLog, PollReply } from '../../coherence/log.ts'
import type { LogCommand } from '../../coherence/log-record.ts'
import type { Version } from '../../coherence/version.ts'
import { AppError } from '../../errors/app-error.ts'
import { Link } from './link.ts'
import type { Process } from './process.ts'
import type { Servers } from './servers.ts'
import type { World } from './world.ts'

/** The log as a node reaches it: appends and polls on connections of their own, doorbells that may not ring. */
export class ChaosLog implements InvalidationLog {
  private readonly world: World
  private readonly process: Process
  private readonly servers: Servers
  private readonly appends: Link
  private readonly polls: Link

  constructor(world: World, process: Process, servers: Servers) {
    this.world = world
    this.process = process
    this.servers = servers
    this.appends = new Link(world, process, 'append', () => servers.logDown)
    this.polls = new Link(world, process, 'poll', () => servers.logDown)
  }

  async append(command: LogCommand): Promise<Version> {
    try {
      return await this.appends.call('append', () => this.servers.append(command))
    } catch (cause) {
      throw new AppError('log_unavailable', 'the append failed or its fate is unknown', {}, { cause })
    }
  }

  poll(generation: string | null, applied: number): Promise<PollReply> {
    return this.polls.call('poll', async () => this.servers.poll(generation, applied))
  }

  onDoorbell(ring: () => void): () => void {
    const { world, process } = this
    const stop = this.servers.log.onDoorbell(() => {
      if (!world.strikes('lost doorbell', 1)) world.scheduler.after(world.random.between(1, 5), process, ring)
    })
    process.whenKilled(stop)
    return stop
  }

  async leave(): Promise<void> {}
}
