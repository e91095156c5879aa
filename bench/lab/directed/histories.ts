import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { Scenario } from './scenario.ts'

/** A log that lost records, all of itself, or only its right to go on. */
export const HISTORIES: readonly Scenario[] = [
  {
    guard: 'gap',
    story: 'a node that holds the value is away; the key is invalidated; the log is trimmed; the node comes back',
    async play(scene) {
      const { b, cluster } = scene
      await scene.warm(b)
      const plugIn = b.link.refuse()
      await scene.change()
      await cluster.redis.ask((redis) => redis.xtrim(redisKeys.logStream, 'MAXLEN', 0))
      plugIn()
      await cluster.settle()
      await scene.decide(b)
    },
  },
  {
    guard: 'gen',
    story: 'a node holds a value of a late epoch; Redis loses everything and counts anew; the key is invalidated early',
    async play(scene) {
      const { b, cluster } = scene
      await scene.makeNoise(20)
      await scene.warm(b)
      await cluster.redis.crashAndForget()
      await cluster.settle()
      await scene.change()
      await scene.decide(b)
    },
  },
  {
    guard: 'genTag',
    story:
      'Redis holds the value; its tag is invalidated by all; Redis restarts, keeps the value and begins a new generation',
    async play(scene) {
      const { a, b, cluster } = scene
      await scene.read(a)
      await scene.expectInRedis()
      await scene.change('tag')
      await cluster.redis.crash()
      await cluster.settle()
      await scene.expectInRedis()
      await scene.decide(b)
    },
  },
]
