import { ASIDE_NAMESPACE, LOADED_NAMESPACES } from '../cluster/policies.ts'
import { byDelete, byKeys, byNamespace, byPattern, byTags, type Invalidation } from '../oracle/invalidation.ts'
import { tagsOf } from '../oracle/tags-of.ts'
import type { Random } from './random.ts'

const GROUPS = 4
const ITEMS = 6
const NAMESPACES = [...LOADED_NAMESPACES, ASIDE_NAMESPACE]
/** One key of a group that has only this one: changes by namespace would otherwise end everything all the time. */
const WHOLE_NAMESPACE = 'shelf'

const keysOf = (namespace: string, group: number) =>
  Array.from({ length: ITEMS }, (_, item) => `${namespace}:${group}:${item}`)

const KEYS = NAMESPACES.flatMap((namespace) =>
  Array.from({ length: GROUPS }, (_, group) => keysOf(namespace, group)).flat(),
)

/** Any key, some far more often than others. */
export function anyKey(random: Random): string {
  // The square of an even draw: a quarter of the keys get half of the reads.
  return KEYS[Math.floor(random() ** 2 * KEYS.length)] ?? ''
}

/** So many draws, each key once. */
export function distinctKeys(random: Random, draws: number): string[] {
  return [...new Set(Array.from({ length: draws }, () => anyKey(random)))]
}

export function anyAsideKey(random: Random): string {
  return `${ASIDE_NAMESPACE}:${draw(random, GROUPS)}:${draw(random, ITEMS)}`
}

/** What a writer changes at once, and how it tells the cache. */
export interface Change {
  keys: readonly string[]
  invalidation: Invalidation
}

/** By key mostly; else by a tag, a pattern or a namespace that stand for many keys. */
export function anyChange(random: Random): Change {
  const key = anyKey(random)
  const [namespace = ''] = key.split(':')
  const kind = random()
  if (kind < 0.1) return { keys: [key], invalidation: byDelete(key) }
  if (kind < 0.6) return { keys: [key], invalidation: byKeys([key]) }
  const group = draw(random, GROUPS)
  const keys = keysOf(namespace, group)
  const [tag] = tagsOf(keys[0] ?? '')
  if (kind < 0.75) return { keys: [key], invalidation: byTags([tagsOf(key)[1]]) }
  if (kind < 0.85) return { keys, invalidation: byTags([tag]) }
  if (kind < 0.96) return { keys, invalidation: byPattern(`${namespace}:${group}:*`) }
  return {
    keys: KEYS.filter((one) => one.startsWith(`${WHOLE_NAMESPACE}:`)),
    invalidation: byNamespace(WHOLE_NAMESPACE),
  }
}

function draw(random: Random, below: number): number {
  return Math.floor(random() * below)
}
