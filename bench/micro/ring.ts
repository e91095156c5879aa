import { HashRing } from '@freshet/core/ring/hash-ring'
import type { MicroBench } from './micro-bench.ts'
import { timeOperation } from './time-operation.ts'

const keys = Array.from({ length: 4_096 }, (_, i) => `users:${i}:profile`)
const keyOf = (i: number) => keys[i & 4_095] ?? ''

/** What a read that is no L1 hit pays to know whose key it is, and what a node pays when another comes or goes. */
export const ring: MicroBench = () =>
  [3, 100, 1_000].flatMap((count) => {
    const nodes = Array.from({ length: count }, (_, i) => ({ id: `cache-${i}`, weight: 100, zone: `zone-${i % 3}` }))
    const laid = new HashRing(nodes)
    return [
      {
        name: `owner of a key among ${count} nodes`,
        ns: timeOperation((i) => laid.ownerOf(keyOf(i))),
        atMostNs: 2_000,
      },
      { name: `three nodes for it, of three zones`, ns: timeOperation((i) => laid.preferenceOf(keyOf(i), 3)) },
      { name: `lay out the ring`, ns: timeOperation(() => new HashRing(nodes)) },
    ]
  })
