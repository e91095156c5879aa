import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Scenario } from './scenario.ts'
import { changeUnheard } from './unheard.ts'

/** Acknowledgements that must wait. */
export const ACKNOWLEDGEMENTS: readonly Scenario[] = [
  {
    guard: 'waitAll',
    story: 'a node that holds the value hears of nothing for a moment; the key is invalidated; the node is asked',
    play: changeUnheard,
  },
  {
    guard: 'guard',
    story:
      'the log loses its memory; a node that holds the value is not on the new list of members, and has a lease still; the key is invalidated',
    async play(scene) {
      const { b } = scene
      await scene.warm(b)
      // Its requests, not its replies: a poll that reaches Redis would put it on the list.
      const letGo = b.link.rule('poll', 'requests', 'hold')
      await scene.cluster.redis.ask((redis) => redis.del(redisKeys.logMeta))
      await scene.change()
      await scene.decide(b)
      letGo()
    },
  },
]
