import { Follower } from '@freshet/core/coherence/follower'
import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import { decodeCommands, encodeCommands, type LogCommand } from '@freshet/core/coherence/log-record'
import { median } from '../../harness/statistics.ts'
import type { Figure } from './figure.ts'
import { fixed, percent } from './numbers.ts'

/** Records that one poll brings. */
const PAGE = 1_000
const WARM_UPS = 3
const ROUNDS = 9
/** Beyond what the tables of the index tell apart, so that rows are folded as in a node that has run for long. */
const NAMES = 4_000_000
const GENERATION = '0123456789abcdef'

const cause = { id: '00000000-0000-4000-8000-000000000000', actor: 'key:billing', requestId: 'f2c1b6' }
const texts = (name: string, count: number, from: number) =>
  Array.from({ length: count }, (_, i) => `${name}${(from * count + i) % NAMES}`)

const KINDS: readonly [string, (i: number) => LogCommand][] = [
  ['one key', (i) => ({ kind: 'keys', keys: texts('catalogue:item:', 1, i), cause })],
  ['ten keys', (i) => ({ kind: 'keys', keys: texts('catalogue:item:', 10, i), cause })],
  ['a thousand keys', (i) => ({ kind: 'keys', keys: texts('catalogue:item:', 1_000, i), cause })],
  ['one tag', (i) => ({ kind: 'tags', tags: texts('category-', 1, i), reach: '*', cause })],
  ['one pattern', (i) => ({ kind: 'patterns', patterns: [`catalogue:shelf-${i % 200}:*`], reach: '*', cause })],
]

/** What following the log costs every node, however many there are: to parse a record, check it, and remember it. */
export const following: Figure = {
  columns: [
    'Record',
    'Bytes',
    'CPU of each node, µs',
    'a name, µs',
    'Share of a core at 100 records/s',
    'at 1,000/s',
    'at 10,000/s',
  ],
  async rows() {
    return KINDS.map(([name, make]) => {
      const payloads = Array.from({ length: PAGE }, (_, i) => encodeCommands([make(i)]))
      const us = costOf(payloads)
      const names = namesIn(make(0))
      const bytes = payloads.reduce((sum, payload) => sum + payload.length, 0) / PAGE
      return [
        name,
        fixed(bytes),
        fixed(us, 1),
        fixed(us / names, 2),
        ...[100, 1_000, 10_000].map((perSecond) => percent((us * perSecond) / 1e6, 2)),
      ]
    })
  },
}

/** Microseconds a record, the median of rounds of a page each. */
function costOf(payloads: readonly string[]): number {
  const follower = new Follower(2_000, () => new InvalidationIndex())
  let epoch = 0
  const rounds: number[] = []
  for (let round = 0; round < WARM_UPS + ROUNDS; round++) {
    const startedMs = performance.now()
    const records = payloads.map((payload) => ({ epoch: ++epoch, commands: decodeCommands(payload) }))
    const now = { monotonicMs: startedMs, wallMs: startedMs }
    follower.apply({ generation: GENERATION, tail: epoch, records, serverTimeMs: 0 }, now)
    if (round >= WARM_UPS) rounds.push(((performance.now() - startedMs) * 1e3) / payloads.length)
  }
  return median(rounds)
}

function namesIn(command: LogCommand): number {
  return command.kind === 'keys' ? command.keys.length : 1
}
