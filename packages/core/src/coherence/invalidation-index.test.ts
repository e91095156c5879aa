import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concerns } from './concerns.ts'
import { decodeIndex, encodeIndex } from './index-codec.ts'
import { InvalidationIndex } from './invalidation-index.ts'
import type { LogCommand, Reach } from './log-record.ts'
import type { Subject } from './subject.ts'

const TINY = { buckets: 2, maxPatterns: 2, maxNamespaces: 2, maxReaches: 1 }
const ROOMY = { buckets: 1_024, maxPatterns: 1_000, maxNamespaces: 1_000 }

const namespace = fc.constantFrom('a', 'b', 'c', 'default')
const key = fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:1', 'lonely')
const tag = fc.constantFrom('t', 'u', 'v')
const reach: fc.Arbitrary<Reach> = fc.oneof(
  fc.constant('*' as const),
  fc.array(namespace, { minLength: 1, maxLength: 2 }),
)
const mode = fc.constantFrom('hard' as const, 'soft' as const)
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })
const pattern = fc.constantFrom('a:*', '*:1', 'b:[12]', '*', 'lonely', 'c:?')
const command: fc.Arbitrary<LogCommand> = fc.oneof(
  fc.record({ kind: fc.constant('keys' as const), keys: some(key), mode }),
  fc.record({ kind: fc.constant('put' as const), keys: some(key) }),
  fc.record({ kind: fc.constant('tags' as const), tags: some(tag), reach, mode }),
  fc.record({ kind: fc.constant('patterns' as const), patterns: some(pattern), reach, mode }),
  fc.record({ kind: fc.constant('namespaces' as const), namespaces: some(namespace), mode }),
  fc.record({ kind: fc.constant('all' as const), mode }),
)
const subject: fc.Arbitrary<Subject> = fc.record({ key, tags: fc.uniqueArray(tag, { maxLength: 3 }) })
/** Epochs in any order: notes come early, twice and from snapshots. */
const history = fc.array(fc.tuple(command, fc.integer({ min: 1, max: 50 })), { maxLength: 40 })
const since = fc.integer({ min: 0, max: 50 })

function note(index: InvalidationIndex, notes: readonly (readonly [LogCommand, number])[]): void {
  for (const [what, epoch] of notes) index.note(what, epoch)
}

/** What the log says when nothing is forgotten and nothing is folded. */
function exactly(notes: readonly (readonly [LogCommand, number])[], subject: Subject, since: number) {
  const touched = notes.filter(([command, epoch]) => epoch > since && concerns(command, subject))
  const isHard = (command: LogCommand) => !('mode' in command) || command.mode !== 'soft'
  if (touched.some(([command]) => isHard(command))) return 'hard'
  return touched.length > 0 ? 'soft' : 'none'
}

const RANK = { none: 0, soft: 1, hard: 2 }

it('never lets a guilty value escape, however little memory there is and in whatever order records come', () => {
  fc.assert(
    fc.property(history, subject, since, (notes, subject, since) => {
      const index = new InvalidationIndex(TINY)
      note(index, notes)
      expect(RANK[index.touch(subject, since)]).toBeGreaterThanOrEqual(RANK[exactly(notes, subject, since)])
    }),
    { numRuns: 2_000 },
  )
})

it('is exact while it has room', () => {
  let touched = 0
  fc.assert(
    fc.property(history, subject, since, (notes, subject, since) => {
      const index = new InvalidationIndex(ROOMY)
      note(index, notes)
      const expected = exactly(notes, subject, since)
      if (expected !== 'none') touched++
      expect(index.touch(subject, since)).toBe(expected)
    }),
    { numRuns: 2_000 },
  )
  expect(touched).toBeGreaterThan(200)
})

it('says the same after a trip through a snapshot, and takes later records on top', () => {
  fc.assert(
    fc.property(history, history, subject, since, (before, after, subject, since) => {
      const index = new InvalidationIndex(TINY)
      note(index, before)
      const joined = decodeIndex(encodeIndex(index), 50, TINY)
      if (joined === null) throw new Error('the snapshot was refused')
      note(index, after)
      note(joined, after)
      expect(RANK[joined.touch(subject, since)]).toBeGreaterThanOrEqual(
        RANK[exactly([...before, ...after], subject, since)],
      )
    }),
    { numRuns: 1_000 },
  )
})

describe('a floor that took the place of details', () => {
  it('lets nobody escape whom the details had', () => {
    fc.assert(
      fc.property(history, subject, since, since, (notes, subject, since, folded) => {
        const index = new InvalidationIndex(ROOMY)
        note(index, notes)
        index.foldUpTo(folded)
        expect(RANK[index.touch(subject, since)]).toBeGreaterThanOrEqual(RANK[exactly(notes, subject, since)])
      }),
      { numRuns: 1_000 },
    )
  })

  it('spares what was stamped that far', () => {
    const index = new InvalidationIndex(ROOMY)
    note(index, [[{ kind: 'tags', tags: ['t'], reach: '*' }, 7]])
    index.foldUpTo(9)
    expect(index.touch({ key: 'a:1', tags: [] }, 9)).toBe('none')
    expect(index.touch({ key: 'a:1', tags: ['t'] }, 9)).toBe('none')
    expect(index.touch({ key: 'a:1', tags: [] }, 8)).toBe('hard')
  })
})

it('keeps a tag within the namespaces that it was meant for', () => {
  const index = new InvalidationIndex(ROOMY)
  index.note({ kind: 'tags', tags: ['t'], reach: ['a'] }, 3)
  expect(index.touch({ key: 'a:1', tags: ['t'] }, 0)).toBe('hard')
  expect(index.touch({ key: 'b:1', tags: ['t'] }, 0)).toBe('none')
})

it('gives up the oldest pattern for its namespace alone when it lies in one', () => {
  const index = new InvalidationIndex(TINY)
  for (const [i, text] of ['a:x*', 'b:x*', 'c:x*'].entries())
    index.note({ kind: 'patterns', patterns: [text], reach: '*' }, i + 1)
  expect(index.touch({ key: 'a:other', tags: [] }, 0)).toBe('hard')
  expect(index.touch({ key: 'b:other', tags: [] }, 0)).toBe('none')
})

describe('patterns without end, of somebody who holds one namespace', () => {
  const MINE: Reach = ['a']
  const flood = (index: InvalidationIndex, from: number) => {
    for (let i = 0; i < 50; i++) index.note({ kind: 'patterns', patterns: [`*${i}x`], reach: MINE }, from + i)
  }

  it('cost nobody else anything', () => {
    const index = new InvalidationIndex(TINY)
    flood(index, 1)
    expect(index.touch({ key: 'a:other', tags: [] }, 0)).toBe('hard')
    expect(index.touch({ key: 'b:other', tags: [] }, 0)).toBe('none')
    expect(index.hard.floor).toBe(0)
  })

  it('push out their own, and not what others have said', () => {
    const index = new InvalidationIndex({ ...TINY, maxPatterns: 4 })
    index.note({ kind: 'patterns', patterns: ['*:gone'], reach: '*' }, 1)
    index.note({ kind: 'patterns', patterns: ['b:gone*'], reach: '*' }, 2)
    flood(index, 3)
    expect(index.touch({ key: 'b:gone', tags: [] }, 0)).toBe('hard')
    expect(index.touch({ key: 'b:other', tags: [] }, 0)).toBe('none')
    expect(index.touch({ key: 'c:other', tags: [] }, 0)).toBe('none')
  })

  it('take no room where they can match nothing', () => {
    const index = new InvalidationIndex(TINY)
    index.note({ kind: 'patterns', patterns: ['b:1*', 'b:2*', 'b:3*'], reach: MINE }, 1)
    expect(index.hard.patterns.size).toBe(0)
    expect(index.touch({ key: 'b:1', tags: [] }, 0)).toBe('none')
  })
})

it('a thousand tags within a thousand namespaces leave everybody else as they were', () => {
  const index = new InvalidationIndex(ROOMY)
  const reach = Array.from({ length: 1_000 }, (_, i) => `n${i}`)
  index.note({ kind: 'tags', tags: Array.from({ length: 1_000 }, (_, i) => `t${i}`), reach }, 1)
  const touched = (namespace: string, tag: string) => index.touch({ key: `${namespace}:1`, tags: [tag] }, 0)
  expect(touched('n7', 't999')).toBe('hard')
  expect(touched('n7', 'other')).toBe('none')
  expect(touched('foreign', 't999')).toBe('none')
  for (let i = 0; i < 100; i++) expect(touched('foreign', `mine${i}`)).toBe('none')
})

it('gives up a reach of tags for its own namespaces alone', () => {
  const index = new InvalidationIndex({ ...ROOMY, maxReaches: 1 })
  index.note({ kind: 'tags', tags: ['t'], reach: ['a', 'b'] }, 1)
  index.note({ kind: 'tags', tags: ['t'], reach: ['b', 'c'] }, 2)
  expect(index.touch({ key: 'a:1', tags: ['other'] }, 0)).toBe('hard')
  expect(index.touch({ key: 'c:1', tags: ['other'] }, 0)).toBe('none')
  expect(index.touch({ key: 'c:1', tags: ['t'] }, 0)).toBe('hard')
  expect(index.hard.floor).toBe(0)
})

it('gives up a pattern of several namespaces for those alone', () => {
  const index = new InvalidationIndex({ ...TINY, maxPatterns: 1, maxNamespaces: 3 })
  index.note({ kind: 'patterns', patterns: ['*:1'], reach: ['a', 'b'] }, 1)
  index.note({ kind: 'patterns', patterns: ['*:2'], reach: ['a', 'b'] }, 2)
  expect(index.touch({ key: 'b:other', tags: [] }, 0)).toBe('hard')
  expect(index.touch({ key: 'c:other', tags: [] }, 0)).toBe('none')
})

it('has a floor under every value, which never sinks', () => {
  const index = new InvalidationIndex(ROOMY)
  index.raiseFloor(7)
  index.raiseFloor(5)
  expect(index.touch({ key: 'b:1', tags: [] }, 6)).toBe('hard')
  expect(index.touch({ key: 'b:1', tags: [] }, 7)).toBe('none')
})

it.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ['with something behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
  ['of another format', (bytes: Buffer) => Buffer.concat([Buffer.from([9]), bytes.subarray(1)])],
  ['empty', () => Buffer.alloc(0)],
])('refuses a snapshot that is %s', (_what, damage) => {
  const index = new InvalidationIndex(TINY)
  note(index, [[{ kind: 'tags', tags: ['t'], reach: '*' }, 7]])
  expect(decodeIndex(damage(encodeIndex(index)), 7, TINY)).toBeNull()
})

it('refuses a snapshot of tables of another size, whose buckets mean other names', () => {
  expect(decodeIndex(encodeIndex(new InvalidationIndex(TINY)), 0, ROOMY)).toBeNull()
})
