import { AppError } from '../../errors/app-error.ts'
import type { ReadMode, ReadResult } from '../../tiers/read-result.ts'
import type { Floor } from './checker.ts'
import { KEYS } from './plan.ts'
import type { Servers } from './servers.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'

/** Clients that read, and hold every answer against what the node had been told when they asked. */
export class Readers {
  /** Reads that have got no answer yet; those of killed nodes do not count. */
  readonly waiting = new Map<number, SimulatedNode>()
  /** The first answer that may not have been given. */
  violation: string | null = null
  private readonly world: World
  private readonly servers: Servers
  private asked = 0

  constructor(world: World, servers: Servers) {
    this.world = world
    this.servers = servers
  }

  /** One request of some kind at a node. To be called at the node's process. */
  ask(node: SimulatedNode): void {
    const { random } = this.world
    const roll = random.next()
    if (roll < 0.2) this.peek(node, random.pick(KEYS))
    else if (roll < 0.35) void this.readMany(node)
    else void this.read(node, random.pick(KEYS), roll < 0.4 ? 'reload' : roll < 0.45 ? 'cached-only' : 'normal')
  }

  async read(node: SimulatedNode, key: string, mode: ReadMode = 'normal'): Promise<ReadResult | Error> {
    return this.attend(node, [key], async () => [await node.cache.read(key, mode)]).then(
      ([result]) => result ?? new Error('unreachable: one result per key'),
    )
  }

  /** Duplicates are on purpose: nothing forbids them. */
  private async readMany(node: SimulatedNode): Promise<void> {
    const keys = [0, 1, 2, 3].map(() => this.world.random.pick(KEYS))
    await this.attend(node, keys, () => node.cache.readMany(keys))
  }

  private peek(node: SimulatedNode, key: string): void {
    const floor = node.knowledge.floor(key)
    const entry = node.cache.peekFresh(key)
    if (entry === null) return
    this.world.tally.add('fresh on the fast lane')
    this.check(node, key, { kind: 'found', entry, source: 'l1', stale: null, missed: null }, floor)
  }

  private async attend(
    node: SimulatedNode,
    keys: readonly string[],
    read: () => Promise<(ReadResult | AppError)[]>,
  ): Promise<(ReadResult | Error)[]> {
    const floors = keys.map((key) => node.knowledge.floor(key))
    const id = this.asked++
    this.waiting.set(id, node)
    try {
      const results = await read()
      for (const [i, key] of keys.entries()) {
        const [result, floor] = [results[i], floors[i]]
        if (result === undefined || floor === undefined) throw new Error('unreachable: one result per key')
        // A hard invalidation that this node has applied ends stale answers at once, whoever asked when. In a batch the
        // first answers wait for the last.
        const any = keys.length === 1 ? node.knowledge.floor(key).any : floor.any
        this.check(node, key, result, { fresh: floor.fresh, any })
      }
      return results
    } catch (error) {
      // An error that is not ours is a defect, not weather.
      if (!(error instanceof AppError)) throw error
      this.world.tally.add('read failed')
      return keys.map(() => error)
    } finally {
      this.waiting.delete(id)
    }
  }

  private check(node: SimulatedNode, key: string, result: ReadResult | AppError, floor: Floor): void {
    const { tally } = this.world
    tally.add('read answered')
    if (result instanceof AppError) {
      tally.add('read failed')
      return
    }
    if (result.kind === 'miss') return
    const stale = result.stale
    tally.add(result.kind === 'absent' ? 'absent' : stale === null ? `fresh from ${result.source}` : `stale: ${stale}`)
    const least = stale === null ? floor.fresh : floor.any
    const n = Number(result.entry.body)
    const good = result.kind === 'absent' ? this.servers.source.wasAbsentSince(key, least) : n >= least
    const tell = () => {
      const { generation, epoch } = result.entry.version
      const value = result.kind === 'absent' ? 'nothing' : String(n)
      const version = `${Number.parseInt(generation, 16)}.${epoch}`
      return `${node.process.name} answers ${key} = ${value} (${version}) from ${result.source}, stale: ${stale}`
    }
    this.world.note(tell)
    if (good) return
    this.violation ??= `${tell()}; it had to be ${least} or newer`
  }
}
