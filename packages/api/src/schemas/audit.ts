import { AUDIT_KINDS } from '@freshet/db/audit/audit-entry'
import { z } from 'zod'
import { isStorable, UNSTORABLE } from './storable.ts'

const moment = z.iso.datetime({ offset: true })
const text = z.string().min(1).max(200).refine(isStorable, UNSTORABLE)
const position = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

export const AuditKind = z.enum(AUDIT_KINDS)

export const AuditFilterInput = z.object({
  kind: AuditKind.optional(),
  action: text.optional().describe('invalidate, create, update, delete, revoke, expire, sign_in, lost'),
  actor: text.optional().describe('user:<id>, key:<id>, token:<subject> or job:<name>'),
  namespace: text.optional().describe('What concerns this namespace, and what concerns all of them'),
  since: moment.optional(),
  until: moment.optional().describe('Up to here, and not this moment itself'),
  requestId: text.optional(),
  text: text.optional().describe('Part of a name, an action, an address, a reason or a target, in any case'),
})
export type AuditFilterInput = z.infer<typeof AuditFilterInput>

export const ListAuditInput = AuditFilterInput.extend({
  cursor: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'not a cursor of ours')
    .optional(),
  // Coerced, because a query string knows text only.
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type ListAuditInput = z.infer<typeof ListAuditInput>

export const AuditEntryView = z
  .object({
    position: z.number().int().describe('Place in the chain, from 1'),
    at: z.iso.datetime(),
    kind: z.string(),
    action: z.string(),
    actor: z.string(),
    actorName: z.string(),
    target: z.unknown().describe('What it was done to; its form depends on the kind'),
    namespaces: z.array(z.string()).describe('Those that it concerns; "*": all'),
    reason: z.string().nullable(),
    requestId: z.string().nullable(),
    from: z.string().nullable().describe('Network address that the request came from'),
    via: z.string().nullable().describe('What asked for it besides a person: an event rule, a schedule, a bulk run'),
    before: z.unknown().describe('Without secrets; null: it was not there'),
    after: z.unknown().describe('Without secrets; null: it is gone'),
    epoch: z.string().nullable().describe('Of an invalidation: its place in the log, gen.e'),
    causeId: z.string().describe('Of an invalidation: its id, also its receipt’s'),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntryView = z.infer<typeof AuditEntryView>

export const AuditPageView = z.object({
  items: z.array(AuditEntryView).describe('Newest first; fewer than asked for, even none, before the last page'),
  cursor: z.string().nullable().describe('For the next page; null: there is none'),
})
export type AuditPageView = z.infer<typeof AuditPageView>

export const VerifyAuditInput = z.object({
  from: position.optional().describe('First position to check; the one before it is taken at its word'),
  limit: z.coerce.number().int().min(1).max(100_000).default(20_000),
  noted: z
    .string()
    .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, 'as <position>:<hash>')
    .optional()
    .describe('A head that you noted earlier, <position>:<hash>'),
})
export type VerifyAuditInput = z.infer<typeof VerifyAuditInput>

export const AuditVerdict = z
  .object({
    checked: z.number().int(),
    broken: z
      .object({
        position: z.number().int(),
        fault: z.enum(['missing', 'altered', 'unlinked', 'replaced']),
        detail: z.string(),
      })
      .nullable()
      .describe('The first row that is not what it was'),
    head: z
      .object({ position: z.number().int(), hash: z.string() })
      .nullable()
      .describe('The last row that is; note it elsewhere'),
    complete: z.boolean().describe('Whether the end was reached; else go on after the head'),
  })
  .meta({ id: 'AuditVerdict' })
export type AuditVerdict = z.infer<typeof AuditVerdict>
