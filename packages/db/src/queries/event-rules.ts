import { EventRule } from '@freshet/core/invalidation/event-rule'
import { type AuditDraft, EVERY_NAMESPACE } from '../audit/audit-entry.ts'
import { type Author, nameOf } from '../audit/author.ts'
import { describeChange } from '../audit/describe-change.ts'
import type { DbOrTx } from '../client.ts'
import type { EventRuleRow } from '../generated/prisma/client.ts'
import { appendAudit } from './audit.ts'

export interface StoredEventRule {
  rule: EventRule
  version: number
  updatedAt: Date
  updatedBy: string
}

/** Rows are parsed again on the way out, as policies are. */
function toStoredRule({ id, rule, version, updatedAt, updatedBy }: EventRuleRow): StoredEventRule {
  const parsed = EventRule.safeParse(rule)
  if (!parsed.success) throw new Error(`the stored event rule ${id} is not valid: ${parsed.error.message}`)
  return { rule: parsed.data, version, updatedAt, updatedBy }
}

/** All of them, in an order that no change of them alters. */
export async function listEventRules(db: DbOrTx): Promise<StoredEventRule[]> {
  const rows = await db.eventRuleRow.findMany({ orderBy: { id: 'asc' } })
  return rows.map(toStoredRule)
}

export async function findEventRule(db: DbOrTx, id: string): Promise<StoredEventRule | null> {
  const row = await db.eventRuleRow.findUnique({ where: { id } })
  return row && toStoredRule(row)
}

/** Writes a rule, inside `changeControl`, and the audit's entry with it. */
export async function saveEventRule(
  tx: DbOrTx,
  rule: EventRule,
  version: number,
  author: Author,
): Promise<StoredEventRule> {
  const before = await findEventRule(tx, rule.id)
  const data = { name: rule.name, rule: EventRule.parse(rule), version, updatedBy: nameOf(author) }
  const row = await tx.eventRuleRow.upsert({ where: { id: rule.id }, create: { id: rule.id, ...data }, update: data })
  const saved = toStoredRule(row)
  await appendAudit(tx, describeRuleChange(before, saved, author))
  return saved
}

/** Removes a rule, inside `changeControl`, and says so in the audit. */
export async function deleteEventRule(tx: DbOrTx, stored: StoredEventRule, author: Author): Promise<void> {
  await tx.eventRuleRow.deleteMany({ where: { id: stored.rule.id } })
  await appendAudit(tx, describeRuleChange(stored, null, author))
}

function describeRuleChange(
  before: StoredEventRule | null,
  after: StoredEventRule | null,
  author: Author,
): AuditDraft[] {
  const reached = [before, after].flatMap((stored) => stored?.rule.reach ?? [])
  const { id, name } = (after ?? before)?.rule ?? {}
  return describeChange({
    kind: 'event_rule',
    author,
    target: { id, name },
    // Both reaches: who holds the new one alone should not read what the rule did elsewhere.
    namespaces: reached.includes(EVERY_NAMESPACE) ? [EVERY_NAMESPACE] : [...new Set(reached)].sort(),
    before: before && { version: before.version, ...before.rule },
    after: after && { version: after.version, ...after.rule },
  })
}
