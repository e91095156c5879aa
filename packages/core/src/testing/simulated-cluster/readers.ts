import { AppError } from '../../errors/app-error.ts'
import type { ReadMode, ReadResult } from '../../tiers/read-result.ts'
import type { Bounds } from './bounds.ts'
import type { BoundsOf } from './node-knowledge.ts'
import { KEYS } from './rows.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { Source } from './source.ts'
import type { World } from './world.ts'

type Answer = Exclude<ReadResult, { kind: 'miss' }>

/** Clients that read, and hold every answer against what had been acknowledged, and told to the node, when they asked. */
export class Readers {
  /** Reads that have got no answer yet; those of killed nodes do not count. */
  readonly waiting = new Map<number, SimulatedNode>()
  /** The first answer that may not have been given. */
  violation: string | null = null
  private readonly world: World
  private readonly source: Source
  private asked = 0

  constructor(world: World, source: Source) {
    this.world = world
    this.source = source
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
    const [result] = await this.attend(node, [key], async () => [await node.cache.read(key, mode)])
    return result ?? new Error('unreachable: one result per key')
  }

  /** Duplicates are on purpose: nothing forbids them. */
  private async readMany(node: SimulatedNode): Promise<void> {
    const keys = [0, 1, 2, 3].map(() => this.world.random.pick(KEYS))
    await this.attend(node, keys, () => node.cache.readMany(keys))
  }

  private peek(node: SimulatedNode, key: string): void {
    const bounds = node.knowledge.freshBounds(key)
    const entry = node.cache.peekFresh(key)
    if (entry === null) return
    this.world.tally.add('fresh on the fast lane')
    this.world.tally.add('read answered')
    this.check(node, key, { kind: 'found', entry, source: 'l1', stale: null, missed: null }, bounds(entry.version))
  }

  private async attend(
    node: SimulatedNode,
    keys: readonly string[],
    read: () => Promise<(ReadResult | AppError)[]>,
  ): Promise<(ReadResult | Error)[]> {
    const { tally } = this.world
    const asked = keys.map((key) => ({
      key,
      fresh: node.knowledge.freshBounds(key),
      any: node.knowledge.anyBounds(key),
    }))
    const id = this.asked++
    this.waiting.set(id, node)
    try {
      const results = await read()
      for (const [i, { key, fresh, any }] of asked.entries()) {
        const result = results[i]
        if (result === undefined) throw new Error('unreachable: one result per key')
        tally.add('read answered')
        if (result instanceof AppError) tally.add('read failed')
        else if (result.kind !== 'miss') {
          // A hard invalidation that this node has applied ends stale answers at once, whoever asked when. In a batch the
          // first answers wait for the last.
          const stale = keys.length === 1 ? node.knowledge.anyBounds(key) : any
          this.check(node, key, result, (result.stale === null ? fresh : stale)(result.entry.version))
          this.countEnded(key, result, fresh)
        }
      }
      return results
    } catch (error) {
      // An error that is not ours is a defect, not weather.
      if (!(error instanceof AppError)) throw error
      tally.add('read failed')
      return keys.map(() => error)
    } finally {
      this.waiting.delete(id)
    }
  }

  private countEnded(key: string, { kind, stale, entry }: Answer, fresh: BoundsOf): void {
    if (kind === 'found' && stale !== null && !fresh(entry.version).allowValue(key, Number(entry.body)))
      this.world.tally.add('ended value served stale')
  }

  private check(node: SimulatedNode, key: string, answer: Answer, bounds: Bounds): void {
    const { tally } = this.world
    const { kind, stale, source, entry } = answer
    const n = Number(entry.body)
    tally.add(kind === 'absent' ? 'absent' : stale === null ? `fresh from ${source}` : `stale: ${stale}`)
    const good = kind === 'absent' ? bounds.allowAbsence(key, this.source) : bounds.allowValue(key, n)
    const tell = () => {
      const { generation, epoch } = entry.version
      const value = kind === 'absent' ? 'nothing' : String(n)
      const version = `${Number.parseInt(generation, 16)}.${epoch}, stamped ${entry.stamp}`
      return `${node.process.name} answers ${key} = ${value} (${version}) from ${source}, stale: ${stale}`
    }
    this.world.note(tell)
    if (good) return
    this.violation ??= `${tell()}; it had to be ${bounds.tell()}`
  }
}
