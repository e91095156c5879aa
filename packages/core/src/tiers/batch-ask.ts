import { AppError } from '../errors/app-error.ts'
import type { Origin } from '../origins/origin.ts'
import type { Ask } from './loader.ts'

/**
 * One batch request to an origin, shared by the flights of its keys that begin in the turn in which it begins.
 *
 * A flight may begin later: its key was already being loaded by somebody else, who failed the join check. Whoever takes
 * that flight asked after the batch had begun, maybe after an invalidation that this node has just appended itself or,
 * without a lease, cannot know of; so such a flight asks alone (rules verAtStart, joinCheck).
 */
export function batchAsk(origin: Origin, keys: readonly string[]): (key: string) => Ask {
  let replies: ReturnType<Origin['loadMany']> | null = null
  let begun = false
  return (key) => async (signal) => {
    if (begun) return origin.load(key, signal)
    if (replies === null) {
      replies = origin.loadMany(keys, signal)
      queueMicrotask(() => {
        begun = true
      })
    }
    const reply = (await replies).get(key)
    if (reply === undefined) throw new AppError('origin_failed', 'The batch answer left the key out')
    if (reply instanceof Error) throw reply
    return reply
  }
}

/**
 * One request to the origin for the keys of each namespace, shared by their flights; begun by the first flight that asks. A
 * key that is alone in its namespace is left out: it is asked for by itself.
 */
export function askTogether(keys: readonly string[], originOf: (key: string) => Origin | null): Map<string, Ask> {
  const groups = new Map<Origin, string[]>()
  for (const key of keys) {
    const origin = originOf(key)
    if (origin === null) continue
    const group = groups.get(origin)
    if (group === undefined) groups.set(origin, [key])
    else group.push(key)
  }
  const asks = new Map<string, Ask>()
  for (const [origin, group] of groups) {
    if (group.length < 2) continue
    const batch = batchAsk(origin, group)
    for (const key of group) asks.set(key, batch(key))
  }
  return asks
}
