import { tagOf } from '../source.ts'
import { changeRow, invalidate, OLD } from '../trial.ts'
import type { Race } from './race.ts'

type View = 'same process' | 'other process'

/**
 * A load reads the row; before it comes back, the row changes and is invalidated, on the process that loads, which is the
 * kinder case. The load's own caller may have the old row: it asked before. Nobody who asks afterwards may.
 */
function invalidatedWhileLoading(by: 'key' | 'tag'): Race<View> {
  return {
    name: `invalidated by ${by} while it is loaded`,
    views: ['same process', 'other process'],
    run: async (trial) => {
      const { contestant, source, key } = trial
      const { near, far } = contestant
      const tag = by === 'tag' ? tagOf(key) : undefined
      source.write(key, OLD)
      const held = source.holdNextLoad(key)
      const early = near.read(key, tag)
      const load = await held
      changeRow(trial)
      await invalidate(near, tag === undefined ? { key } : { tag })
      load.release()
      await early
      await trial.settle()
      return { 'same process': await near.read(key, tag), 'other process': await far.read(key, tag) }
    },
  }
}

export const invalidatedByKeyWhileLoading = invalidatedWhileLoading('key')
export const invalidatedByTagWhileLoading = invalidatedWhileLoading('tag')
