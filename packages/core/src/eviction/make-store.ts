import { LfuStore } from './lfu.ts'
import { LruStore } from './lru.ts'
import type { CreateEvictionStore } from './policy.ts'

/** Policies a node may choose for its L1, by the name its configuration gives. */
export const EVICTION_POLICIES = ['lru', 'lfu'] as const
export type EvictionPolicy = (typeof EVICTION_POLICIES)[number]

const creators: Record<EvictionPolicy, CreateEvictionStore> = {
  lru: (limits, onEvict) => new LruStore(limits, onEvict),
  lfu: (limits, onEvict) => new LfuStore(limits, onEvict),
}

/** The constructor of the policy's store. */
export function storeCreatorOf(policy: EvictionPolicy): CreateEvictionStore {
  return creators[policy]
}
