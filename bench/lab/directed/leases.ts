import { setTimeout as sleep } from 'node:timers/promises'
import { REPLY_MS } from './patience.ts'
import type { Scenario } from './scenario.ts'
import { changeUnheard } from './unheard.ts'

/** Records that one poll reads, and more than that. */
const PAGE = 1_000
const MORE_THAN_A_PAGE = 1_100

/** A node that does not hear of an invalidation, and how long it may still call anything fresh. */
export const LEASES: readonly Scenario[] = [
  {
    guard: 'leaseCheck',
    story: 'a node that holds the value is cut off from the log; the key is invalidated; the node is asked',
    play: changeUnheard,
  },
  {
    guard: 'leaseFromSend',
    story:
      'the reply to a poll is held back; the key is invalidated; the reply arrives late, tells nothing of it, and the next one never comes',
    async play(scene) {
      const { b } = scene
      await scene.warm(b)
      const letGo = b.link.rule('poll', 'replies', 'hold')
      await b.link.nextRequest('poll', () => true, 5_000)
      await sleep(REPLY_MS)
      const changed = scene.change()
      // As late as it can be: a node gives up a poll that has not been answered for half a lease.
      await sleep(0.4 * scene.leaseMs - REPLY_MS)
      b.link.letOneThrough('poll')
      await changed
      await scene.decide(b)
      letGo()
    },
  },
  {
    guard: 'leaseAtTail',
    story:
      'a node falls behind by more than a page; the key is invalidated; the node reads the first page and not the second',
    async play(scene) {
      const { b } = scene
      await scene.warm(b)
      const letGo = b.link.rule('poll', 'replies', 'hold')
      const before = await scene.applied(b)
      await scene.makeNoise(MORE_THAN_A_PAGE)
      await scene.change()
      await b.link.nextRequest('poll', () => true, 5_000)
      await sleep(REPLY_MS)
      b.link.letOneThrough('poll')
      await scene.expect(async () => (await scene.applied(b)) === before + PAGE, 'the first page was applied')
      await scene.decide(b)
      letGo()
    },
  },
]
