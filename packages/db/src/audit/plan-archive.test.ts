import type { Cause, LogCommand } from '@freshet/core/coherence/log-record'
import { expect, test } from 'vitest'
import type { ArchivableRecord } from './archive-page.ts'
import { planArchive } from './plan-archive.ts'

const generation = '00112233aabbccdd'
const cause = (id: string, more: Partial<Cause> = {}): Cause => ({ id, actor: 'key:k1', requestId: `r-${id}`, ...more })
const keys = (id: string, ...names: string[]): LogCommand => ({ kind: 'keys', keys: names, cause: cause(id) })
const record = (epoch: number, ...commands: LogCommand[]): ArchivableRecord => ({ epoch, commands })
const plan = (records: ArchivableRecord[], position = 0, more: { after?: number; upTo?: number } = {}) =>
  planArchive({ generation, after: position, records, ...more }, position)

test('one invalidation is one entry, however many commands it took and whoever shares its record', () => {
  const { drafts } = plan([
    record(
      1,
      { kind: 'put', keys: ['users:1'] },
      { kind: 'keys', keys: ['shop:1', 'users:2'], cause: cause('a', { reason: 'prices', actorName: 'ann' }) },
      keys('b', 'shop:9'),
      { kind: 'tags', tags: ['sale'], reach: ['shop', 'web'], cause: cause('a', { reason: 'prices' }) },
    ),
  ])
  expect(drafts).toMatchObject([
    {
      actor: 'key:k1',
      actorName: 'ann',
      reason: 'prices',
      requestId: 'r-a',
      namespaces: ['shop', 'users', 'web'],
      target: {
        mode: 'hard',
        keys: { count: 2, first: ['shop:1', 'users:2'] },
        tags: { count: 1, first: ['sale'] },
        reach: ['shop', 'web'],
      },
      log: { generation, epoch: 1, index: 1 },
      cause: { id: 'a' },
    },
    { log: { generation, epoch: 1, index: 2 }, cause: { id: 'b' } },
  ])
})

test('of many keys the first are named and all are counted', () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `shop:${i}`)
  const [draft] = plan([record(1, keys('a', ...names))]).drafts
  expect(draft).toMatchObject({ target: { keys: { count: 1_000, first: names.slice(0, 20) } }, namespaces: ['shop'] })
})

test.each<[LogCommand, string[]]>([
  [{ kind: 'keys', keys: ['plain', ':odd'] }, ['default']],
  [{ kind: 'tags', tags: ['t'], reach: '*' }, ['*']],
  [{ kind: 'patterns', patterns: ['a*'], reach: ['b', 'a'] }, ['a', 'b']],
  [{ kind: 'namespaces', namespaces: ['n'] }, ['n']],
  [{ kind: 'all' }, ['*']],
])('%j concerns %j', (command, namespaces) => {
  expect(plan([record(1, command)]).drafts[0]?.namespaces).toEqual(namespaces)
})

test('an invalidation that nobody signed is in the audit all the same, under its place in the log', () => {
  expect(plan([record(3, { kind: 'all' })], 2).drafts).toMatchObject([
    { actor: 'unknown', cause: { id: `${generation}.3.0` }, target: { mode: 'hard', all: true } },
  ])
})

test('soft is said to be soft', () => {
  expect(plan([record(1, { kind: 'all', mode: 'soft' })]).drafts[0]?.target).toMatchObject({ mode: 'soft' })
})

test('values written are counted, and a sweep is neither', () => {
  const { drafts, puts, archivedUpTo } = plan([
    record(1, { kind: 'put', keys: ['a', 'b'] }, { kind: 'put', keys: ['c'] }),
    record(2, { kind: 'swept', epoch: 1 }),
  ])
  expect({ drafts, puts, archivedUpTo }).toEqual({ drafts: [], puts: 3, archivedUpTo: 2 })
})

test('what is archived already counts no second time', () => {
  const page = [record(1, keys('a', 'k')), record(2, { kind: 'put', keys: ['x'] }), record(3, keys('c', 'k'))]
  const { drafts, puts } = plan(page, 2, { after: 0 })
  expect({ ids: drafts.map(({ cause }) => cause?.id), puts }).toEqual({ ids: ['c'], puts: 0 })
})

test('epochs that nobody can archive any more become gaps: before, between and behind the records', () => {
  const { drafts, lost, archivedUpTo } = plan([record(4, keys('a', 'k')), record(6, keys('b', 'k'))], 1, { upTo: 9 })
  const gaps = drafts.filter(({ kind }) => kind === 'gap').map(({ target }) => target)
  expect(gaps).toEqual([
    { generation, fromEpoch: 2, toEpoch: 3, count: 2 },
    { generation, fromEpoch: 5, toEpoch: 5, count: 1 },
    { generation, fromEpoch: 7, toEpoch: 9, count: 3 },
  ])
  expect({ lost, archivedUpTo, entries: drafts.length }).toEqual({ lost: 6, archivedUpTo: 9, entries: 5 })
})

test('a page that begins behind the archive’s end is refused: what lies between was not lost, only not read', () => {
  expect(() => plan([record(9, keys('a', 'k'))], 5, { after: 8 })).toThrow(/archived up to 5/)
})

test('records out of order are refused', () => {
  expect(() => plan([record(2, keys('a', 'k')), record(1, keys('b', 'k'))])).toThrow(/out of order/)
  expect(() => plan([record(1, keys('a', 'k')), record(1, keys('b', 'k'))])).toThrow(/came twice/)
})

test('a repeat is known by id and content; other content under the same id is another invalidation', () => {
  const digest = (...commands: LogCommand[]) => plan([record(1, ...commands)]).drafts[0]?.cause?.digest
  expect(digest(keys('a', 'k'))).toBe(digest(keys('a', 'k')))
  expect(digest(keys('a', 'k'))).not.toBe(digest(keys('a', 'other')))
  const tags = (reach: '*' | string[]): LogCommand => ({ kind: 'tags', tags: ['t'], reach, cause: cause('a') })
  expect(digest(tags('*'))).toBe(digest(tags(['n'])))
})
