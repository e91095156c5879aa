import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditDraft, AuditEntry } from '../audit/audit-entry.ts'
import { readRow } from '../audit/read-row.ts'
import { openTestDb } from '../testing/open-test-db.ts'
import { appendAudit } from './audit.ts'
import { type AuditCursor, type AuditFilter, listAudit } from './audit-list.ts'

const { db } = await openTestDb(afterAll)
let all: AuditEntry[]
const NAMESPACES = ['shop', 'users', 'web']

beforeAll(async () => {
  // Times neither in the order of positions nor all different: a backlog is archived late, a batch in one millisecond.
  const drafts = Array.from(
    { length: 120 },
    (_, i): AuditDraft => ({
      ...{ kind: i % 3 ? 'invalidation' : 'policy', action: i % 5 ? 'update' : 'create', target: { i } },
      ...{ actor: `user:${i % 4}`, actorName: 'ann', atMs: 1_000 * ((i * 37) % 50) },
      namespaces: i % 7 ? NAMESPACES.slice(i % 3, (i % 3) + 1 + (i % 2)) : ['*'],
      reason: i % 11 ? undefined : 'a % of _ SALE',
    }),
  )
  await db.$transaction((tx) => appendAudit(tx, drafts))
  const rows = await db.auditEntry.findMany({ orderBy: [{ at: 'desc' }, { position: 'desc' }] })
  all = rows.map(readRow)
})

/** The filter said a second time, over a list. */
function matches(filter: AuditFilter, entry: AuditEntry): boolean {
  const { kind, without, action, actor, namespace, since, until, text, within } = filter
  const atMs = Date.parse(entry.at)
  return (
    (kind === undefined || entry.kind === kind) &&
    !without?.some((hidden) => hidden === entry.kind) &&
    (action === undefined || entry.action === action) &&
    (actor === undefined || entry.actor === actor) &&
    (namespace === undefined || entry.namespaces.includes(namespace) || entry.namespaces.includes('*')) &&
    (since === undefined || atMs >= since.getTime()) &&
    (until === undefined || atMs < until.getTime()) &&
    (text === undefined || (entry.reason ?? '').toLowerCase().includes(text.toLowerCase())) &&
    (within === undefined || entry.namespaces.every((touched) => within.includes(touched)))
  )
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const filters: fc.Arbitrary<AuditFilter> = fc.record({
  kind: optional(fc.constantFrom('invalidation' as const, 'policy' as const, 'gap' as const)),
  without: optional(fc.constant(['policy' as const])),
  action: optional(fc.constantFrom('create', 'update')),
  actor: optional(fc.constantFrom('user:0', 'user:3')),
  namespace: optional(fc.constantFrom(...NAMESPACES, 'none')),
  since: optional(fc.constantFrom(new Date(0), new Date(9_000))),
  until: optional(fc.constantFrom(new Date(9_000), new Date(30_001))),
  text: optional(fc.constantFrom('% of _', 'sale', '_%')),
  within: optional(fc.subarray(NAMESPACES)),
})

test('pages put together are what the filter says, each entry once, however little one page may look at', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 60 }),
      async (filter, limit, mostCandidates) => {
        const found: AuditEntry[] = []
        let after: AuditCursor | null = null
        do {
          const page = await listAudit(db, filter, { after, limit, mostCandidates })
          expect(page.entries.length).toBeLessThanOrEqual(limit)
          found.push(...page.entries)
          after = page.cursor
        } while (after)
        expect(found).toEqual(all.filter((entry) => matches(filter, entry)))
      },
    ),
    { numRuns: 60 },
  )
})

test('a filter that finds nothing says where it stopped looking, and there is an end', async () => {
  const options = { limit: 50, mostCandidates: 100 }
  const first = await listAudit(db, { text: 'nowhere' }, { ...options, after: null })
  expect(first).toEqual({ entries: [], cursor: { atMs: Date.parse(all[99]?.at ?? ''), position: all[99]?.position } })
  expect(await listAudit(db, { text: 'nowhere' }, { ...options, after: first.cursor })).toEqual({
    entries: [],
    cursor: null,
  })
})

test('what is archived while somebody reads on moves nothing on the pages behind', async () => {
  const first = await listAudit(db, {}, { after: null, limit: 10 })
  await db
    .$transaction(async (tx) => {
      await appendAudit(tx, [{ ...draftOfNow(), atMs: 10_000_000 }])
      const second = await listAudit(tx, {}, { after: first.cursor, limit: 10 })
      expect(second.entries).toEqual(all.slice(10, 20))
      throw new Error('undone')
    })
    .catch((error: Error) => expect(error.message).toBe('undone'))
})

const draftOfNow = (): AuditDraft => ({
  ...{ kind: 'policy', action: 'update', actor: 'user:1', actorName: 'ann', target: {}, namespaces: ['shop'] },
})
