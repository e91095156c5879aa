import { byKeys, byPattern, byTags } from '../oracle/invalidation.ts'
import { tagsOf } from '../oracle/tags-of.ts'
import type { Change } from './keys.ts'
import type { Random } from './random.ts'

/** So many that each node's memory holds something that the others do not. */
const GROUPS = 400
const ITEMS = 6
const NAMESPACE = 'live'

/** All of them. */
export const WIDE_KEYS: readonly string[] = Array.from({ length: GROUPS }, (_, group) => keysOf(group)).flat()

/** Any key, some far more often than others: a quarter of the groups get half of the reads. */
export function anyWideKey(random: Random): string {
  return `${NAMESPACE}:${anyGroup(random)}:${Math.floor(random() * ITEMS)}`
}

/** One key mostly; else a group, by its tag or by pattern. */
export function anyWideChange(random: Random): Change {
  const group = anyGroup(random)
  const keys = keysOf(group)
  const [first = ''] = keys
  const kind = random()
  if (kind < 0.7) return { keys: [first], invalidation: byKeys([first]) }
  if (kind < 0.85) return { keys, invalidation: byTags([tagsOf(first)[0]]) }
  return { keys, invalidation: byPattern(`${NAMESPACE}:${group}:*`) }
}

function keysOf(group: number): string[] {
  return Array.from({ length: ITEMS }, (_, item) => `${NAMESPACE}:${group}:${item}`)
}

function anyGroup(random: Random): number {
  return Math.floor(random() ** 2 * GROUPS)
}
