import type { LogCommand } from '@freshet/core/coherence/log-record'
import { archiveRecords } from '@freshet/db/queries/audit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PortalUser } from '../portal-user.ts'
import { type ControlPlane, startControlPlane } from '../testing/control-plane.ts'

const ENTRIES = 450
let plane: ControlPlane
let admin: PortalUser
beforeAll(async () => {
  plane = await startControlPlane()
  admin = await plane.person('admin')
  const records = Array.from({ length: ENTRIES }, (_, i) => {
    const cause = { id: `c${i}`, actor: 'key:k', requestId: `r${i}`, reason: i === 0 ? '=HYPERLINK("x")' : undefined }
    const command: LogCommand = { kind: 'keys', keys: [`${i % 2 ? 'shop' : 'users'}:${i}`], cause }
    return { epoch: i + 1, atMs: Date.UTC(2026, 0, 1) + i, commands: [command] }
  })
  await archiveRecords(plane.db, { generation: '00112233aabbccdd', after: 0, records })
})
afterAll(() => plane.stop())

const exported = (query: string, as?: PortalUser) => plane.ask('GET', `/api/audit/export?${query}`, { as })

test('as JSON lines it is the whole, newest first, over as many pages as it takes', async () => {
  const response = await exported('format=jsonl&kind=invalidation', admin)
  expect(response.headers.get('content-type')).toContain('application/jsonl')
  expect(response.headers.get('content-disposition')).toContain('freshet-audit.jsonl')
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).causeId)).toEqual(
    Array.from({ length: ENTRIES }, (_, i) => `c${ENTRIES - 1 - i}`),
  )
})

test('as CSV it has a head, a line for each, and nothing that a spreadsheet would run', async () => {
  const text = await (await exported('kind=invalidation', admin)).text()
  const lines = text.split('\r\n')
  expect(lines[0]).toMatch(/^position,at,kind,action,actor,/)
  expect(lines.length).toBe(ENTRIES + 2)
  expect(lines.at(-2)).toContain(`"'=HYPERLINK(""x"")"`)
})

test('it gives nobody what the list would not', async () => {
  const shopkeeper = await plane.person('viewer', ['shop'])
  const lines = (await (await exported('format=jsonl', shopkeeper)).text()).trimEnd().split('\n')
  expect(lines.length).toBe(ENTRIES / 2)
  for (const line of lines) expect(JSON.parse(line).namespaces).toEqual(['shop'])
  expect((await exported('format=jsonl&kind=user', shopkeeper)).status).toBe(403)
  expect(await plane.rest('GET', '/api/audit/export')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
})

test('nothing found is a head alone, or nothing', async () => {
  expect(await (await exported('requestId=none', admin)).text()).toMatch(/^position,[^\r]*\r\n$/)
  expect(await (await exported('requestId=none&format=jsonl', admin)).text()).toBe('')
})

test('what it does not understand it refuses, before it begins', async () => {
  expect((await exported('format=xlsx', admin)).status).toBe(422)
  expect((await exported('since=never', admin)).status).toBe(422)
  const wrong = await plane.ask('DELETE', '/api/audit/export', { as: admin })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
})

test('a failure on the way breaks the answer off: a part is not taken for the whole', async () => {
  const response = await exported('format=jsonl', admin)
  const reader = response.body?.getReader()
  await reader?.read()
  await plane.db.$executeRawUnsafe('ALTER TABLE audit_entries RENAME TO away')
  try {
    const readOn = async () => {
      while (!(await reader?.read())?.done) {}
    }
    await expect(readOn()).rejects.toThrow()
  } finally {
    await plane.db.$executeRawUnsafe('ALTER TABLE away RENAME TO audit_entries')
  }
})
