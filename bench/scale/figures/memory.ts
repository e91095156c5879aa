import { InvalidationIndex } from '@freshet/core/coherence/invalidation-index'
import type { LogCommand } from '@freshet/core/coherence/log-record'
import type { Subject } from '@freshet/core/coherence/subject'
import type { Figure } from './figure.ts'
import { fixed, mebibytes, percent } from './numbers.ts'

/** Values that nothing has named, looked at after everything. */
const INNOCENTS = 50_000
const TAGS_OF_A_VALUE = 3
const NAMESPACES = 50

interface Kind {
  name: string
  sizes: readonly number[]
  /** The i-th distinct name, as a command. */
  note(i: number): LogCommand
  /** A value that no command concerns. */
  innocent(i: number): Subject
}

const namespaceAt = (i: number) => `shop-${i % NAMESPACES}`

const KINDS: readonly Kind[] = [
  {
    name: 'keys',
    sizes: [100_000, 1_000_000, 2_000_000, 4_000_000, 10_000_000],
    note: (i) => ({ kind: 'keys', keys: [`${namespaceAt(i)}:item:${i}`] }),
    innocent: (i) => ({ key: `${namespaceAt(i)}:other:${i}`, tags: [] }),
  },
  {
    name: 'tags, three on a value',
    sizes: [100_000, 1_000_000, 2_000_000, 4_000_000],
    note: (i) => ({ kind: 'tags', tags: [`category-${i}`], reach: '*' }),
    innocent: (i) => ({
      key: `${namespaceAt(i)}:other:${i}`,
      tags: Array.from({ length: TAGS_OF_A_VALUE }, (_, tag) => `other-${tag}-${i}`),
    }),
  },
  {
    name: 'patterns, over 50 namespaces',
    sizes: [100, 256, 512, 5_000],
    note: (i) => ({ kind: 'patterns', patterns: [`${namespaceAt(i)}:shelf-${i}:*`], reach: '*' }),
    innocent: (i) => ({ key: `${namespaceAt(i)}:other:${i}`, tags: [] }),
  },
]

/**
 * What a node remembers of the log and what forgetting the details costs: values that no invalidation named and that are
 * loaded again all the same. Nobody folds in between, as the sweep does: these are distinct names since its last pass.
 */
export const memory: Figure = {
  columns: [
    'Distinct names invalidated since the last sweep',
    'What they name',
    'Index of a node, MiB',
    'Lost for nothing: not looked at since the beginning',
    'since half of them',
    'since the last tenth',
  ],
  async rows({ quick }) {
    return KINDS.flatMap((kind) => kind.sizes.slice(0, quick ? 2 : undefined).map((size) => rowOf(kind, size)))
  },
}

function rowOf(kind: Kind, size: number): string[] {
  const index = new InvalidationIndex()
  for (let i = 0; i < size; i++) index.note(kind.note(i), i + 1)
  const lost = (since: number) => {
    let count = 0
    for (let i = 0; i < INNOCENTS; i++) if (index.touch(kind.innocent(i), since) !== 'none') count++
    return percent(count / INNOCENTS, 2)
  }
  return [
    fixed(size),
    kind.name,
    mebibytes(index.sizeBytes),
    lost(0),
    lost(Math.floor(size / 2)),
    lost(Math.floor(0.9 * size)),
  ]
}
