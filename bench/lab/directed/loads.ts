import { setTimeout as sleep } from 'node:timers/promises'
import { LONG_ENOUGH_MS } from './patience.ts'
import type { Scenario } from './scenario.ts'

/** Loads that began before an invalidation and end after it. */
export const LOADS: readonly Scenario[] = [
  {
    guard: 'verAtStart',
    story: 'a load has read the source; the key is invalidated by all; the load ends; the next reader comes',
    async play(scene) {
      const { b, key } = scene
      const gate = scene.cluster.source.gate(key)
      const first = scene.read(b)
      await gate.reached
      await scene.change()
      gate.open()
      await first
      await scene.decide(b)
    },
  },
  {
    guard: 'joinCheck',
    story: 'a load has read the source; the key is invalidated by all; a reader joins the load; the load ends',
    async play(scene) {
      const { b, key } = scene
      const gate = scene.cluster.source.gate(key)
      const first = scene.read(b)
      await gate.reached
      await scene.change()
      const second = scene.decide(b)
      await sleep(LONG_ENOUGH_MS)
      gate.open()
      await Promise.all([first, second])
    },
  },
]
