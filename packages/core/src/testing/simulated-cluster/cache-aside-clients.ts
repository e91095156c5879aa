import { mintLoadToken, readLoadToken } from '../../invalidation/load-token.ts'
import type { Changes } from './changes.ts'
import { LEASE_MS } from './plan.ts'
import type { SimulatedNode } from './simulated-node.ts'
import { valueAt } from './writers.ts'

const SECRET = Buffer.from('what signs tokens in a simulation')
const KEY = 'a:1'

/**
 * Clients that load for themselves: a miss gives them a token, they read the row, and any node takes what they bring, as
 * late as it comes.
 */
export class CacheAsideClients {
  private readonly changes: Changes
  private readonly anyNode: () => SimulatedNode

  constructor(changes: Changes, anyNode: () => SimulatedNode) {
    this.changes = changes
    this.anyNode = anyNode
  }

  /** One read through a node, and a fill through another when it missed. To be called at the first one's process. */
  async visit(node: SimulatedNode): Promise<void> {
    const { world, source } = this.changes
    const result = await node.cache.read(KEY, 'normal').catch(() => null)
    const { version } = node
    if (result?.kind !== 'miss' || version === null) return
    const lease = { nonce: 'n', version, expiresAtMs: node.nowMs() + 60_000 }
    const token = mintLoadToken(KEY, lease, SECRET)
    world.tally.add('lease given')
    world.scheduler.after(world.random.between(1, 5), null, () => {
      const row = source.row(KEY)
      world.note(
        () =>
          `a client has a token of ${Number(`0x${version.generation}`)}.${version.epoch} and reads ${KEY} = ${row.n}`,
      )
      const delayMs = world.strikes('slow fill', 0.5)
        ? world.random.between(20, 2 * LEASE_MS)
        : world.random.between(1, 20)
      const taker = this.anyNode()
      if (row.present) world.scheduler.after(delayMs, taker.process, () => this.fill(taker, token, row.n))
    })
  }

  private async fill(node: SimulatedNode, token: string, n: number): Promise<void> {
    const { tally } = this.changes.world
    const lease = readLoadToken(token, KEY, SECRET, node.nowMs())
    // A node that has not heard of Redis's clock yet has another idea of what has expired.
    if (typeof lease === 'string') return tally.add('fill failed')
    const what = `fill ${KEY} = ${n}`
    let fenced = false
    const done = await this.changes.attempt(node, what, () =>
      node.writer.fill(KEY, valueAt(KEY, n), lease.version).catch((error) => {
        fenced = error.code === 'fenced'
        throw error
      }),
    )
    tally.add(done !== null ? 'fill accepted' : fenced ? 'fill fenced' : 'fill failed')
  }
}
