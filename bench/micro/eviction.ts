import { EVICTION_POLICIES, storeCreatorOf } from '@freshet/core/eviction/make-store'
import type { MicroBench } from './micro-bench.ts'
import { timeOperation } from './time-operation.ts'

const ENTRIES = 100_000
const KEYS = 4 * ENTRIES

/** Hits in a full store, and inserts that evict, over far more keys than it holds. */
export const eviction: MicroBench = () =>
  EVICTION_POLICIES.flatMap((policy) => {
    const store = storeCreatorOf(policy)<object>({ maxBytes: ENTRIES * 1_024, maxEntries: ENTRIES })
    const keys = Array.from({ length: KEYS }, (_, i) => `bench:k${i}`)
    const value = {}
    for (const key of keys.slice(0, ENTRIES)) store.set(key, value, 1_024)
    const held = keys.slice(0, ENTRIES)
    // Strides that share no factor with the sizes visit every key in an order that no cache of the processor likes.
    const hit = timeOperation((i) => store.get(held[(i * 7_919) % ENTRIES] ?? ''))
    const insert = timeOperation((i) => store.set(keys[(i * 7_919) % KEYS] ?? '', value, 1_024))
    return [
      { name: `${policy}: get of ${ENTRIES.toLocaleString('en')}`, ns: hit },
      { name: `${policy}: set, evicting`, ns: insert },
    ]
  })
