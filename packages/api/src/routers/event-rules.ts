import { z } from 'zod'
import {
  CreateEventRuleInput,
  DeleteEventRuleInput,
  EventRuleId,
  EventRuleView,
  UpdateEventRuleInput,
} from '../schemas/event-rules.ts'
import { Propagation } from '../schemas/namespaces.ts'
import { forGivenReach, forOwnNamespaces, router } from '../trpc.ts'

const tag = 'Event rules'
const all = '/api/event-rules'
const byId = '/api/event-rules/{id}'
const Changed = EventRuleView.extend({ propagation: Propagation })

export const eventRulesRouter = router({
  list: forOwnNamespaces('read')
    .meta({
      rest: {
        method: 'GET',
        path: all,
        tag,
        summary: 'What ends when an event comes',
        description: 'Rules that reach further than you do are left out.',
      },
    })
    .output(z.object({ items: z.array(EventRuleView) }))
    .query(async ({ ctx }) => ({ items: await ctx.services.eventRules.list(ctx.principal) })),

  get: forOwnNamespaces('read')
    .meta({ rest: { method: 'GET', path: byId, tag, summary: 'One rule' } })
    .input(EventRuleId)
    .output(EventRuleView)
    .query(({ ctx, input }) => ctx.services.eventRules.get(ctx.principal, input.id)),

  create: forGivenReach('invalidate')
    .meta({
      rest: {
        method: 'POST',
        path: all,
        tag,
        summary: 'Add a rule',
        description:
          'A template names what ends: `{order.id}` stands for that field of the event’s payload, and a list gives one ' +
          'name for each of its elements.',
        status: 201,
      },
    })
    .input(CreateEventRuleInput)
    .output(Changed)
    .mutation(({ ctx, input }) => ctx.services.eventRules.create(ctx, input)),

  update: forGivenReach('invalidate')
    .meta({ rest: { method: 'PUT', path: byId, tag, summary: 'Replace a rule' } })
    .input(UpdateEventRuleInput)
    .output(Changed)
    .mutation(({ ctx, input }) => ctx.services.eventRules.update(ctx, input)),

  delete: forOwnNamespaces('invalidate')
    .meta({
      rest: { method: 'DELETE', path: byId, tag, summary: 'Remove a rule', description: 'You hold its whole reach.' },
    })
    .input(DeleteEventRuleInput)
    .output(z.object({ propagation: Propagation }))
    .mutation(({ ctx, input }) => ctx.services.eventRules.delete(ctx, input)),
})
