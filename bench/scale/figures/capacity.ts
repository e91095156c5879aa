import { readRequests } from '../requests/read-requests.ts'
import { type Replayed, replay } from '../requests/replay.ts'
import type { Figure } from './figure.ts'
import { fixed, percent } from './numbers.ts'

/** Of a node's first tier: this share of all keys that are ever asked for. */
const SHARE_OF_KEYS = 0.01

/** What more nodes hold, and who answers, over requests in the order of a trace. Nothing expires, nothing is invalidated. */
export const capacity: Figure = {
  columns: [
    'Requests',
    'Nodes',
    'L1 of all, of all keys',
    'Hits, clients route by the ring',
    'Hits, any node is asked',
    'passed on to the owner',
    'Hits, FRESHET_RING=off',
  ],
  async rows({ quick, trace }) {
    const { source, keys } = await readRequests(trace)
    const distinct = new Set(keys).size
    const entries = Math.ceil(distinct * SHARE_OF_KEYS)
    return (quick ? [1, 10] : [1, 3, 5, 10, 30, 100]).map((nodes) => {
      const routed = replay(keys, nodes, entries, 'by the ring')
      const anywhere = replay(keys, nodes, entries, 'any node')
      const alone = replay(keys, nodes, entries, 'alone')
      return [
        `${source}, ${fixed(keys.length)} of ${fixed(distinct)} keys`,
        fixed(nodes),
        percent(SHARE_OF_KEYS * nodes, 0),
        hits(routed),
        hits(anywhere),
        percent(anywhere.forwarded),
        hits(alone),
      ]
    })
  },
}

function hits({ hits: share }: Replayed): string {
  return percent(share)
}
