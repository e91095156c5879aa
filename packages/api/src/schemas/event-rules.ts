import { EventRule, EventTarget } from '@freshet/core/invalidation/event-rule'
import { parseEventTemplate } from '@freshet/core/invalidation/event-template'
import { NamespaceName } from '@freshet/core/keys/cache-key'
import { z } from 'zod'
import { Reason } from './reason.ts'
import { isStorable, UNSTORABLE } from './storable.ts'

/** Namespaces in which a rule may end anything; its author holds them. */
export const RuleReach = z
  .union([z.literal('*'), z.array(NamespaceName).min(1).max(1_000)])
  .describe('Namespaces in which the rule may end anything; you hold them. All of them ("*") takes an admin')

const { shape } = EventRule

const Target = EventTarget.extend({
  template: EventTarget.shape.template.superRefine((template, ctx) => {
    const parts = parseEventTemplate(template)
    if ('fault' in parts) ctx.addIssue({ code: 'custom', message: parts.fault })
  }),
})

/** What a caller may say of a rule. A rule that could never act is refused here, and not found out when its event comes. */
const said = {
  name: shape.name.trim(),
  eventType: shape.eventType.regex(/^[^*]*\*?$/, 'a star stands at the end, for any ending'),
  mode: shape.mode,
  targets: z.array(Target).min(1).max(20),
  reach: RuleReach,
  enabled: shape.enabled,
  reason: Reason,
} satisfies Record<Exclude<keyof EventRule, 'id'> | 'reason', z.ZodType>

export const CreateEventRuleInput = z.strictObject(said).refine(isStorable, UNSTORABLE)
export type CreateEventRuleInput = z.infer<typeof CreateEventRuleInput>

export const EventRuleId = z.object({ id: shape.id })

export const UpdateEventRuleInput = z
  .strictObject({
    ...said,
    id: shape.id,
    version: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('The version that this change was made from; send it to be told of a conflict'),
  })
  .refine(isStorable, UNSTORABLE)
export type UpdateEventRuleInput = z.infer<typeof UpdateEventRuleInput>

export const DeleteEventRuleInput = EventRuleId.extend({ reason: Reason })
export type DeleteEventRuleInput = z.infer<typeof DeleteEventRuleInput>

export const EventRuleView = z
  .object({
    rule: EventRule.meta({ id: 'EventRule' }),
    version: z.number().int(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'StoredEventRule' })
export type EventRuleView = z.infer<typeof EventRuleView>
