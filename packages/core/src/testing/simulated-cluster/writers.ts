import type { Value } from '../../entries/make-entry.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Changes } from './changes.ts'
import { bodyOf } from './chaos-origin.ts'
import { isWritten, KEYS, type Key, tagsOf } from './rows.ts'
import type { SimulatedNode } from './simulated-node.ts'

/** Clients that write: values of rows whose current state they know, or another lifetime for what is cached. */
export class Writers {
  private readonly changes: Changes

  constructor(changes: Changes) {
    this.changes = changes
  }

  /** One change of some kind through a node. To be called at the node's process. */
  async change(node: SimulatedNode): Promise<void> {
    const key = this.changes.world.random.pick(KEYS)
    if (isWritten(key)) await this.changes.alone(node, key, () => this.write(node, key))
    else await this.amend(node, key)
  }

  private async write(node: SimulatedNode, key: Key): Promise<void> {
    const roll = this.changes.world.random.next()
    const n = this.changes.commit(key, true)
    const value = valueAt(key, n)
    const done = await this.changes.attempt(node, `write ${key} = ${n}`, async () => {
      if (roll > 0.8) return node.writer.put(key, value, { ifMatch: roll > 0.9 ? '*' : null, ifNoneMatch: null })
      if (roll > 0.5) return (await node.writer.putMany([{ key, ...value }]))[0]
      return node.writer.put(key, value)
    })
    if (done === null || done === undefined || done instanceof AppError) return
    node.knowledge.answered(done.version, { key, tag: null }, n, true)
    this.changes.world.tally.add('write acknowledged')
  }

  /** Gives what is cached another lifetime. The row stays as it is, and others may change it meanwhile. */
  private async amend(node: SimulatedNode, key: Key): Promise<void> {
    const done = await this.changes.attempt(node, `amend ${key}`, () =>
      node.writer.amend(key, (entry) => ({ ...entry, ttlMs: 5_000, swrMs: 0, sieMs: 0 })),
    )
    if (done !== null) this.changes.world.tally.add('amendment acknowledged')
  }
}

export function valueAt(key: string, n: number): Value {
  return {
    body: bodyOf(n),
    contentType: 'text/plain',
    etag: null,
    tags: tagsOf(key, n),
    ttlMs: null,
    swrMs: null,
    sieMs: null,
  }
}
