import type { Entry } from '@freshet/core/entries/entry'
import { makeAbsence } from '@freshet/core/entries/make-entry'
import { LruStore } from '@freshet/core/eviction/lru'
import { HashRing } from '@freshet/core/ring/hash-ring'
import { Random } from '@freshet/core/testing/simulated-cluster/random'
import { HotKeys } from '@freshet/core/tiers/hot-keys'
import { MemoryTier } from '@freshet/core/tiers/memory-tier'

/** How requests find their way. `alone`: any node is asked and answers by itself (FRESHET_RING=off). */
export type Routing = 'by the ring' | 'any node' | 'alone'

export interface Replayed {
  /** Share of requests answered from the memory of some node. */
  hits: number
  /** Share that the asked node passed on to the owner. */
  forwarded: number
}

/** Reads a second that each node is asked for: what is hot depends on it. */
const READS_PER_NODE = 2_000
/** As FRESHET_HOT_MAX_BYTES stands to FRESHET_L1_MAX_BYTES, and FRESHET_HOT_READS_PER_S. */
const GUEST_SHARE = 1 / 8
const HOT_READS_PER_S = 10
const ENOUGH_BYTES = 2 ** 40
/** What a value says is of no matter here. */
const ANY_ENTRY = makeAbsence({ generation: '0123456789abcdef', epoch: 0 }, 1, 0)

/** Replays requests over the first tiers of nodes, each with room for so many entries. */
export function replay(keys: readonly string[], nodes: number, entriesOfANode: number, routing: Routing): Replayed {
  // Another seed than that of requests which are drawn: else each key would have its node.
  const random = new Random(0x5eed)
  const ring = new HashRing(Array.from({ length: nodes }, (_, i) => ({ id: `${i}`, weight: 100, zone: null })))
  let atMs = 0
  const members = Array.from({ length: nodes }, (_, i) => {
    const store = (entries: number) => new LruStore<Entry>({ maxBytes: ENOUGH_BYTES, maxEntries: Math.ceil(entries) })
    const guests = { store: store(entriesOfANode * GUEST_SHARE), owns: (key: string) => ring.ownerOf(key) === `${i}` }
    return {
      memory: new MemoryTier(store(entriesOfANode), routing === 'alone' ? null : guests),
      hot: new HotKeys(HOT_READS_PER_S, () => atMs),
    }
  })
  const counts = { hits: 0, forwarded: 0 }
  for (const key of keys) {
    atMs += 1_000 / (READS_PER_NODE * nodes)
    const owner = routing === 'alone' ? null : Number(ring.ownerOf(key))
    const asked = routing === 'by the ring' && owner !== null ? owner : random.between(0, nodes - 1)
    const here = members[asked]
    const there = members[owner ?? asked]
    if (here === undefined || there === undefined) throw new Error('unreachable: the ring is of these nodes')
    if (here.memory.get(key) !== undefined) {
      counts.hits++
      continue
    }
    if (here !== there) counts.forwarded++
    const entry = here === there ? undefined : there.memory.get(key)
    if (entry !== undefined) counts.hits++
    else there.memory.put(key, ANY_ENTRY)
    if (here !== there && here.hot.note(key)) here.memory.put(key, ANY_ENTRY)
  }
  return { hits: counts.hits / keys.length, forwarded: counts.forwarded / keys.length }
}
