import { AppError } from '@freshet/core/errors/app-error'
import { createCacheWorld } from '@freshet/core/testing/cache-world'
import { describe, expect, it } from 'vitest'
import { EpochWaiters } from '../epoch-waiters.ts'
import type { Forwarded } from './forwarded-header.ts'
import { ForwardedReads } from './forwarded-reads.ts'

/** The node `b`, with a log and an origin in the test's hand. */
function world() {
  const node = createCacheWorld()
  const { follower, clock, cache } = node
  const epochs = new EpochWaiters(() => follower.version())
  const counters = { served: 0 }
  const reads = new ForwardedReads({ nodeId: 'b', cache, follower, epochs, instant: clock.instant, counters })
  const forwarded = (rest: Partial<Forwarded> = {}): Forwarded => {
    const position = follower.version()
    if (position === null) throw new Error('the node knows no generation')
    return { position, to: 'b', mode: 'normal', ...rest }
  }
  const ahead = (by: number) => {
    const { position } = forwarded()
    return forwarded({ position: { ...position, epoch: position.epoch + by } })
  }
  const peek = (key: string, what: Forwarded) =>
    reads.peek(key, what, clock.instant(), clock.wallMs())?.body.toString() ?? null
  const catchUp = () => {
    node.sync()
    epochs.noteApplied()
  }
  return { ...node, reads, counters, forwarded, ahead, peek, catchUp }
}

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'answered'
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.facts.state}`
    throw error
  }
}

describe('a read that another node passes on', () => {
  it('is answered from memory in the same turn, and loaded when nothing is there', async () => {
    const { reads, origin, forwarded, peek, counters } = world()
    origin.rows.set('k', 'v1')
    expect(peek('k', forwarded())).toBeNull()
    expect(await reads.read('k', forwarded())).toMatchObject({ kind: 'found', source: 'origin', missed: 'absent' })
    expect(peek('k', forwarded())).toBe('v1')
    expect(counters.served).toBe(2)
    expect(origin.calls).toEqual([['k']])
  })

  it('waits until this node has come as far in the log as the asker', async () => {
    const { reads, origin, log, ahead, peek, catchUp } = world()
    origin.rows.set('k', 'v1')
    const next = ahead(1)
    await reads.read('k', ahead(0))
    origin.rows.set('k', 'v2')
    await log.append({ kind: 'keys', keys: ['k'] })
    // The asker knows of the invalidation and this node does not yet: what it holds must not be given.
    expect(peek('k', next)).toBeNull()
    const reading = reads.read('k', next)
    catchUp()
    expect(await reading).toMatchObject({ entry: { body: Buffer.from('v2') } })
  })

  it('is refused when this node stays behind, or follows another generation', async () => {
    const { reads, forwarded, ahead, peek } = world()
    const startedMs = performance.now()
    expect(await refusal(reads.read('k', ahead(1)))).toBe('peer_unavailable behind')
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    const elsewhere = forwarded({ position: { generation: 'ffffffffffffffff', epoch: 0 } })
    expect(peek('k', elsewhere)).toBeNull()
    expect(await refusal(reads.read('k', elsewhere))).toBe('peer_unavailable behind')
  })

  it('is refused when another node was meant', async () => {
    const { reads, origin, forwarded, peek } = world()
    origin.rows.set('k', 'v1')
    await reads.read('k', forwarded())
    expect(peek('k', forwarded({ to: 'a' }))).toBeNull()
    expect(await refusal(reads.read('k', forwarded({ to: 'a' })))).toBe('peer_unavailable another_node')
    expect(await refusal(reads.readMany(['k'], forwarded({ to: 'a' })))).toBe('peer_unavailable another_node')
  })

  it('is refused without a lease, also when it runs out while the value is loaded', async () => {
    const { reads, origin, clock, forwarded, peek } = world()
    origin.rows.set('k', 'v1')
    await reads.read('k', forwarded())
    origin.hold()
    const loading = refusal(reads.read('other', forwarded()))
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(10_000)
    origin.release()
    expect(await loading).toBe('peer_unavailable not_coherent')
    expect(peek('k', forwarded())).toBeNull()
    expect(await refusal(reads.read('k', forwarded()))).toBe('peer_unavailable not_coherent')
    expect(await refusal(reads.readMany(['k'], forwarded()))).toBe('peer_unavailable not_coherent')
  })

  it('is loaded anew, or looked up only, as its reader asked', async () => {
    const { reads, origin, forwarded, peek } = world()
    origin.rows.set('k', 'v1')
    expect(await refusal(reads.read('k', forwarded({ mode: 'cached-only' })))).toBe('not_cached undefined')
    await reads.read('k', forwarded())
    expect(peek('k', forwarded({ mode: 'reload' }))).toBeNull()
    await reads.read('k', forwarded({ mode: 'reload' }))
    expect(origin.calls).toHaveLength(2)
  })

  it('of many keys is answered for each', async () => {
    const { reads, origin, forwarded, counters } = world()
    origin.rows.set('a', '1')
    const [a, b] = await reads.readMany(['a', 'b'], forwarded())
    expect([a, b]).toMatchObject([{ kind: 'found' }, { kind: 'absent' }])
    expect(counters.served).toBe(2)
  })
})
