import { AppError } from '../../errors/app-error.ts'
import { isWritten, type Key } from './rows.ts'
import type { SimulatedNode } from './simulated-node.ts'
import type { Source } from './source.ts'
import type { World } from './world.ts'

/** What everybody shares who changes rows at the source and then tells the cache. */
export class Changes {
  /** Changes that have got no answer yet; those of killed nodes do not count. */
  readonly waiting = new Map<number, SimulatedNode>()
  readonly world: World
  readonly source: Source
  private asked = 0
  /** Written keys with a writer at work: the cache cannot order what writers do not order between themselves. */
  private readonly busy = new Map<string, symbol>()

  constructor(world: World, source: Source) {
    this.world = world
    this.source = source
  }

  /** Commits the next state of a row; not of one that is being written: that writer's value would be old from birth. */
  touch(key: Key): void {
    if (!isWritten(key) || !this.busy.has(key)) this.commit(key, this.world.random.chance(0.8))
  }

  commit(key: Key, present: boolean): number {
    const n = this.source.commit(key, present)
    this.world.note(() => `source commits ${key} = ${n}${present ? '' : ' (no such row)'}`)
    return n
  }

  /** Lets one writer at a time work on a written key; false when another does. */
  async alone(node: SimulatedNode, key: Key, work: () => Promise<void>): Promise<boolean> {
    if (this.busy.has(key)) return false
    const turn = Symbol(key)
    this.busy.set(key, turn)
    const free = () => {
      if (this.busy.get(key) === turn) this.busy.delete(key)
    }
    node.process.whenKilled(free)
    try {
      await work()
    } finally {
      free()
    }
    return true
  }

  /** Resolves to null when it was refused. */
  async attempt<T>(node: SimulatedNode, what: string, act: () => Promise<T>): Promise<T | null> {
    this.world.note(() => `${node.process.name} is asked to ${what}`)
    const id = this.asked++
    this.waiting.set(id, node)
    try {
      const done = await act()
      this.world.note(() => `${node.process.name} has done: ${what}`)
      return done
    } catch (error) {
      // An error that is not ours is a defect, not weather.
      if (!(error instanceof AppError)) throw error
      this.world.note(() => `${node.process.name} refuses: ${what} (${error.code}: ${error.message})`)
      this.world.tally.add('change failed')
      return null
    } finally {
      this.waiting.delete(id)
    }
  }
}
