import { HashRing, type RingNode } from '@freshet/core/ring/hash-ring'
import { timeOperation } from '../../micro/time-operation.ts'
import type { Figure } from './figure.ts'
import { fixed, percent } from './numbers.ts'

const KEYS = 200_000
const ZONES = 3

/** Balance, movement and cost of the ring: equal nodes in three zones. */
export const ring: Figure = {
  columns: [
    'Nodes',
    'Layout, ms',
    'Owner of a key, ns',
    'Three for a key, ns',
    'Least loaded / mean',
    'Most loaded / mean',
    'Keys moved by one joining, of 1/N',
    'by one leaving, of 1/N',
    'Moved between others',
  ],
  async rows({ quick }) {
    const sizes = quick ? [3, 100] : [3, 5, 10, 30, 100, 300, 1_000]
    return sizes.map(rowOf)
  },
}

function rowOf(size: number): string[] {
  const nodes = Array.from({ length: size }, (_, i) => nodeAt(i))
  const startedMs = performance.now()
  const now = new HashRing(nodes)
  const layoutMs = performance.now() - startedMs
  const joined = new HashRing([...nodes, nodeAt(size)])
  const left = new HashRing(nodes.slice(1))
  const shares = [...now.shares().values()].map((share) => share * size)
  const keys = Array.from({ length: KEYS }, (_, i) => `catalogue:item:${i}`)
  const gained = movementOf(keys, now, joined, nodeAt(size).id)
  const lost = movementOf(keys, left, now, nodeAt(0).id)
  return [
    fixed(size),
    fixed(layoutMs, 1),
    fixed(timeOperation((i) => now.ownerOf(keys[i % KEYS] ?? ''))),
    fixed(timeOperation((i) => now.preferenceOf(keys[i % KEYS] ?? '', 3))),
    fixed(Math.min(...shares), 2),
    fixed(Math.max(...shares), 2),
    fixed(gained.moved * (size + 1), 2),
    fixed(lost.moved * size, 2),
    percent(gained.between + lost.between, 2),
  ]
}

/** Shares of keys that moved to a newcomer (or, seen backwards, from who left), and of those that moved between others. */
function movementOf(keys: readonly string[], before: HashRing, after: HashRing, newcomer: string) {
  let moved = 0
  let between = 0
  for (const key of keys) {
    const owner = after.ownerOf(key)
    if (owner === before.ownerOf(key)) continue
    if (owner === newcomer) moved++
    else between++
  }
  return { moved: moved / keys.length, between: between / keys.length }
}

function nodeAt(i: number): RingNode {
  return { id: `freshet-${i}`, weight: 100, zone: `zone-${i % ZONES}` }
}
