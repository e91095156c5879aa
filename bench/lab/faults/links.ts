import { setTimeout as sleep } from 'node:timers/promises'
import type { RedisLink } from '../proxy/redis-link.ts'
import { between } from '../workload/random.ts'
import { type Arena, anyNode, type Fault, leases } from './fault.ts'

/** What is late at most, in leases: a node gives up a poll that is not answered for half of one. */
const LATE = 0.45

/** A node's way to Redis is cut, slow, half open, or keeps something back and delivers it later. */
export const LINKS: readonly Fault[] = [
  onLink('link cut', 0.5, 2.5, (link) => link.refuse()),
  onLink('link slow', 1, 2, (link, arena) => {
    const delayMs = leases(arena, 0.01, LATE / 2)
    const ends = [link.rule('*', 'requests', { delayMs }), link.rule('*', 'replies', { delayMs })]
    return () => {
      for (const end of ends) end()
    }
  }),
  // Connections that were half open stay deaf: what was swallowed is missing in them.
  onLink('link half open', 1, 2.5, (link) => {
    const end = link.rule('*', 'replies', 'swallow')
    return () => {
      end()
      link.cut()
    }
  }),
  onLink('doorbells lost', 1, 3, (link) => link.rule('doorbell', 'replies', 'swallow')),
  onLink('polls held and released', 0.2, LATE, (link) => link.rule('poll', 'replies', 'hold'), 4),
  onLink('lookups in Redis held and released', 0.2, 2, (link) => link.rule('l2', 'replies', 'hold')),
  onLink('fills held and released', 0.2, 2, (link) => link.rule('l2', 'requests', 'hold')),
  onLink('appends held and released', 0.2, 2, (link) => link.rule('append', 'requests', 'hold')),
  onLink('acknowledged appends held and released', 0.2, LATE, (link) => link.rule('append', 'replies', 'hold'), 2),
]

/** A fault that lasts for a stretch of leases, several times in a row. */
function onLink(
  kind: string,
  least: number,
  most: number,
  begin: (link: RedisLink, arena: Arena) => () => void,
  times = 1,
): Fault {
  return {
    kind,
    async strike(arena) {
      const { link } = anyNode(arena)
      for (let i = 0; i < times; i++) {
        const end = begin(link, arena)
        await sleep(leases(arena, least, most))
        end()
        await sleep(between(arena.random, 0, 20))
      }
    },
  }
}
