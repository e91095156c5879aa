import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { AuditFacts } from './audit-entry.ts'
import { GENESIS_HASH, hashEntry } from './chain.ts'

const absent = {
  ...{ reason: null, requestId: null, fromAddress: null, via: null, before: null, after: null },
  ...{ generation: null, epoch: null, index: null },
}

test('a hash is what docs/audit.md says, for whoever checks a chain without this code', () => {
  const documented = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8')
  const [, prevHash = '', json = '', hash] =
    /```\n([0-9a-f]{64})\n(\{.*\})\n```\n\nwhich gives `([0-9a-f]{64})`/.exec(documented) ?? []
  const facts: AuditFacts = { ...absent, ...JSON.parse(json) }
  expect(prevHash).toBe(GENESIS_HASH)
  expect(hashEntry(prevHash, facts)).toBe(hash)
})

test('a column that is null changes no hash, and one that holds nothing but null does', () => {
  const facts: AuditFacts = {
    ...absent,
    ...{ position: 1, at: '2026-01-02T03:04:05.678Z', kind: 'policy', action: 'create', actor: 'a', actorName: 'a' },
    ...{ target: {}, namespaces: ['*'], causeId: 'c', causeDigest: '' },
  }
  const hash = hashEntry(GENESIS_HASH, facts)
  expect(hashEntry(GENESIS_HASH, { ...facts, later: null } as AuditFacts)).toBe(hash)
  expect(hashEntry(GENESIS_HASH, { ...facts, after: { x: null } })).not.toBe(hash)
  expect(hashEntry(hash, facts)).not.toBe(hash)
})
