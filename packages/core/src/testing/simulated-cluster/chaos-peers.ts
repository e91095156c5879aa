import type { Follower } from '../../coherence/follower.ts'
import type { Version } from '../../coherence/version.ts'
import { AppError } from '../../errors/app-error.ts'
import type { PeerTier } from '../../tiers/peer-tier.ts'
import type { ReadMode, ReadResult } from '../../tiers/read-result.ts'
import type { TieredCache } from '../../tiers/tiered-cache.ts'
import type { Directory } from './directory.ts'
import { LEASE_MS, STALL_MS } from './plan.ts'
import type { Process } from './process.ts'
import type { World } from './world.ts'

/** What of a node others get to see. */
export interface AskedNode {
  process: Process
  follower: Follower
  cache: Pick<TieredCache, 'readHere' | 'readManyHere'>
}

/** Between two looks at whether the asked node still lives, and at whether it has come far enough, milliseconds. */
const PING_MS = STALL_MS / 2
const LOOK_MS = 3
/** How long an owner tries to come as far as its asker is. */
const CATCH_UP_LOOKS = 10

/** The other nodes as one node reaches them: slowly, not at all, or with answers that come when much has happened. */
export class ChaosPeers implements PeerTier {
  private readonly world: World
  private readonly process: Process
  private readonly directory: Directory
  private readonly find: (name: string) => AskedNode | undefined

  constructor(world: World, process: Process, directory: Directory, find: (name: string) => AskedNode | undefined) {
    this.world = world
    this.process = process
    this.directory = directory
    this.find = find
  }

  readonly owns = (key: string): boolean => {
    const owner = this.directory.ownerOf(key, this.process)
    return !this.world.plan.ring || owner === null || owner === this.process.name
  }

  readonly routeOf = (key: string): readonly string[] =>
    this.world.plan.ring ? this.directory.routeOf(key, this.process) : []

  ask(name: string, key: string, mode: ReadMode, position: Version): Promise<ReadResult> {
    return this.call(name, position, async ({ cache }) => copied(await cache.readHere(key, mode)))
  }

  askMany(name: string, keys: readonly string[], position: Version): Promise<(ReadResult | AppError)[]> {
    return this.call(name, position, async ({ cache }) =>
      (await cache.readManyHere(keys)).map((result) => (result instanceof AppError ? result : copied(result))),
    )
  }

  private call<T>(name: string, position: Version, read: (node: AskedNode) => Promise<T>): Promise<T> {
    const { world, process } = this
    const { scheduler, random, tally } = world
    const node = this.find(name)
    tally.add('passed on')
    return new Promise((resolve, reject) => {
      let settled = false
      const end = (settle: () => void) => {
        if (!settled) settle()
        settled = true
      }
      const giveUp = (why: string) =>
        end(() => {
          tally.add('peer unavailable')
          world.note(() => `${process.name} does without ${name}: ${why}`)
          reject(new AppError('peer_unavailable', why))
        })
      if (node === undefined) return scheduler.after(1, process, () => giveUp('connection refused'))
      // A slow answer is no dead node: only one that does not answer a ping is given up.
      const ping = () => {
        if (settled) return
        if (node.process.dead || node.process.paused) return giveUp('no answer to a ping')
        scheduler.after(PING_MS, process, ping)
      }
      scheduler.after(PING_MS, process, ping)
      if (world.strikes('lost request', 0.1)) return scheduler.after(STALL_MS, process, () => giveUp('request lost'))
      scheduler.after(random.between(1, 5), node.process, async () => {
        const answer = await this.serve(node, position, read).catch((error: AppError) => error)
        const replyLost = world.strikes('lost reply', 0.1)
        const replyMs = world.strikes('held reply', 0.1) ? random.between(20, 3 * LEASE_MS) : random.between(1, 5)
        scheduler.after(replyLost ? STALL_MS : replyMs, process, () => {
          if (replyLost) giveUp('reply lost')
          else if (answer instanceof AppError && answer.code === 'peer_unavailable') giveUp(answer.message)
          else if (answer instanceof AppError) end(() => reject(answer))
          else end(() => resolve(answer))
        })
      })
    })
  }

  /**
   * At the asked node. It never looks at its own lease, and in some histories does not care how far its asker is: both save
   * work, and no promise may depend on them.
   */
  private async serve<T>(node: AskedNode, position: Version, read: (node: AskedNode) => Promise<T>): Promise<T> {
    if (this.world.plan.ownersCatchUp) await this.catchUp(node, position)
    return read(node)
  }

  private async catchUp(node: AskedNode, position: Version): Promise<void> {
    const { follower } = node
    for (let looks = 0; looks < CATCH_UP_LOOKS; looks++) {
      if (follower.generation === position.generation && follower.applied >= position.epoch) return
      await new Promise<void>((resolve) => this.world.scheduler.after(LOOK_MS, node.process, resolve))
    }
    throw new AppError('peer_unavailable', 'it is behind')
  }
}

/** What travels is a copy, as bytes are: its stamp is its own. */
function copied(result: ReadResult): ReadResult {
  return result.kind === 'miss' ? result : { ...result, entry: { ...result.entry } }
}
