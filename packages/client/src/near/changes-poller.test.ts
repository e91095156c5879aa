import { systemClock } from '@freshet/core/clock'
import type { ChangesReply } from '@freshet/core/contracts/changes'
import { expect, it, onTestFinished } from 'vitest'
import { ChangesPoller } from './changes-poller.ts'
import { NearCache } from './near-cache.ts'

it('follows the log through another node when its own has lost sight of it, though that answers', async () => {
  const near = new NearCache(systemClock, { maxBytes: 1_000, maxTtlMs: 1_000 })
  const asked: string[] = []
  const reply = (ageMs: number): ChangesReply => ({
    ...{ generation: '0000000000000001', applied: 5, tail: 5, gap: false, records: [] },
    ...{ ageMs, heldMs: 100, leaseMs: 2_000 },
  })
  const poller = new ChangesPoller({
    near,
    ask: async (node) => {
      asked.push(node)
      await new Promise((resolve) => setTimeout(resolve, 5))
      const body = Buffer.from(JSON.stringify(reply(node === 'blind' ? 60_000 : 0)))
      return { status: 200, headers: new Headers(), body }
    },
    nodes: () => (asked.at(-1) === 'blind' ? ['seeing', 'blind'] : ['blind', 'seeing']),
    onError: (error) => expect.unreachable(`${error}`),
  })
  onTestFinished(() => poller.stop())
  near.get('k', null)
  poller.wake()
  await expect.poll(() => asked.length).toBeGreaterThan(4)
  expect(asked.slice(0, 4)).toEqual(['blind', 'seeing', 'seeing', 'seeing'])
})
