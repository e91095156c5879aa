import { setTimeout as sleep } from 'node:timers/promises'
import { LONG_ENOUGH_MS } from './patience.ts'
import type { Scenario } from './scenario.ts'

/** Values that lie in a tier, or are on their way from one, when their key is invalidated. */
export const TIERS: readonly Scenario[] = [
  {
    guard: 'keyMem',
    story:
      "one node's fill is on its way to Redis; the key is invalidated by all; the fill arrives; another node reads",
    async play(scene) {
      const { a, b, key } = scene
      const gate = scene.cluster.source.gate(key)
      const first = scene.read(a)
      await gate.reached
      const letGo = a.link.rule('l2', 'requests', 'hold')
      gate.open()
      await first
      await scene.change()
      letGo()
      await scene.expectInRedis()
      await scene.decide(b)
    },
  },
  {
    guard: 'atServe',
    story:
      "Redis's reply with the value is on its way; the key is invalidated by all; a second reader waits for the same reply",
    async play(scene) {
      const { a, b } = scene
      await scene.read(a)
      await scene.expectInRedis()
      const letGo = b.link.rule('l2', 'replies', 'hold')
      const asked = b.link.nextRequest('l2', () => true, 5_000)
      const first = scene.read(b)
      await asked
      await scene.change('tag')
      const second = scene.decide(b)
      await sleep(LONG_ENOUGH_MS)
      letGo()
      await Promise.all([first, second])
    },
  },
  {
    guard: 'l1Check',
    story: 'a node holds the value in memory; its tag is invalidated by all; the node is asked',
    async play(scene) {
      await scene.warm(scene.b)
      await scene.change('tag')
      await scene.decide(scene.b)
    },
  },
]
