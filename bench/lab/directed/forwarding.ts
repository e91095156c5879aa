import { setTimeout as sleep } from 'node:timers/promises'
import { LONG_ENOUGH_MS } from './patience.ts'
import type { Scenario } from './scenario.ts'

/** Answers of other nodes that are on their way when their key is invalidated. */
export const FORWARDING: readonly Scenario[] = [
  {
    guard: 'fwdCheck',
    ring: 'on',
    story:
      'a node asks the owner, whose load has read the source; the key is invalidated by all; a second reader waits for the same answer; it arrives',
    async play(scene) {
      const { a, b } = scene
      await scene.takeKeyOf(a)
      const gate = scene.cluster.source.gate(scene.key)
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
