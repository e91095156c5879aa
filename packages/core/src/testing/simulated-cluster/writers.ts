import type { Value } from '../../entries/make-entry.ts'
import { AppError } from '../../errors/app-error.ts'
import { bodyOf } from './chaos-origin.ts'
import { isWritten, KEYS, type Key } from './plan.ts'
import type { Servers } from './servers.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { World } from './world.ts'

/** Clients that change rows at the source and then tell the cache. */
export class Writers {
  /** Changes that have got no answer yet; those of killed nodes do not count. */
  readonly waiting = new Map<number, SimulatedNode>()
  private asked = 0
  private readonly world: World
  private readonly servers: Servers
  /** Written keys with a writer at work: the cache cannot order what writers do not order between themselves. */
  private readonly busy = new Map<string, symbol>()

  constructor(world: World, servers: Servers) {
    this.world = world
    this.servers = servers
  }

  /** One change of some kind through a node. To be called at the node's process. */
  change(node: SimulatedNode): void {
    const { random } = this.world
    const key = random.pick(KEYS)
    const roll = random.next()
    if (!isWritten(key)) {
      if (roll < 0.2) void this.amend(node, key)
      else if (roll < 0.4) void this.remove(node, [key, random.pick(['r:1', 'r:2', 'r:3'])])
      else void this.remove(node, [key])
    } else if (!this.busy.has(key)) void this.write(node, key, roll)
  }

  /** Commits new states of the rows and removes the keys from the cache. */
  async remove(node: SimulatedNode, keys: readonly Key[]): Promise<boolean> {
    const changed = [...new Set(keys)].map((key) => ({ key, n: this.commit(key, this.world.random.chance(0.8)) }))
    const version = await this.attempt(node, `remove ${keys.join(' ')}`, () => node.writer.remove(keys))
    if (version === null) return false
    for (const { key, n } of changed) node.knowledge.acknowledged(key, n)
    this.world.tally.add('removal acknowledged')
    return true
  }

  private async write(node: SimulatedNode, key: Key, roll: number): Promise<void> {
    const turn = Symbol(key)
    this.busy.set(key, turn)
    const free = () => {
      if (this.busy.get(key) === turn) this.busy.delete(key)
    }
    node.process.whenKilled(free)
    try {
      if (roll < 0.2) return void (await this.remove(node, [key]))
      const n = this.commit(key, true)
      const value = valueAt(n)
      const done = await this.attempt(node, `write ${key} = ${n}`, async () => {
        if (roll > 0.8) return node.writer.put(key, value, { ifMatch: roll > 0.9 ? '*' : null, ifNoneMatch: null })
        if (roll > 0.6) return (await node.writer.putMany([{ key, ...value }]))[0]
        return node.writer.put(key, value)
      })
      if (done === null || done instanceof AppError) return
      node.knowledge.acknowledged(key, n)
      this.world.tally.add('write acknowledged')
    } finally {
      free()
    }
  }

  /** Gives what is cached another lifetime. The row stays as it is, and others may change it meanwhile. */
  private async amend(node: SimulatedNode, key: Key): Promise<void> {
    const done = await this.attempt(node, `amend ${key}`, () =>
      node.writer.amend(key, (entry) => ({ ...entry, ttlMs: 5_000, swrMs: 0, sieMs: 0 })),
    )
    if (done !== null) this.world.tally.add('amendment acknowledged')
  }

  private commit(key: string, present: boolean): number {
    const n = this.servers.source.commit(key, present)
    this.world.note(() => `source commits ${key} = ${n}${present ? '' : ' (no such row)'}`)
    return n
  }

  private async attempt<T>(node: SimulatedNode, what: string, act: () => Promise<T>): Promise<T | null> {
    this.world.note(() => `${node.process.name} is asked to ${what}`)
    const id = this.asked++
    this.waiting.set(id, node)
    try {
      const done = await act()
      this.world.note(() => `${node.process.name} acknowledges: ${what}`)
      return done
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.world.note(() => `${node.process.name} refuses: ${what} (${error.code})`)
      this.world.tally.add('change failed')
      return null
    } finally {
      this.waiting.delete(id)
    }
  }
}

function valueAt(n: number): Value {
  return { body: bodyOf(n), contentType: 'text/plain', etag: null, tags: [], ttlMs: null, swrMs: null, sieMs: null }
}
