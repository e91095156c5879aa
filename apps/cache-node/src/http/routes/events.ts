import { parseVersion } from '@freshet/core/coherence/version'
import { evaluateEventRules, type MatchedRule } from '@freshet/core/invalidation/evaluate-event-rules'
import { EventRequest } from '@freshet/core/invalidation/event-rule'
import type { Wait } from '@freshet/core/invalidation/invalidation'
import { Receipt } from '@freshet/core/invalidation/receipt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  type Answer,
  answerOnce,
  digestOf,
  readIdempotencyKey,
  sendAnswer,
  whatWasSaid,
} from '../invalidation/answer-once.ts'
import { requireInvalidate, requireReach } from '../invalidation/authorize-matchers.ts'
import { causeOf, derivedId, invalidationId } from '../invalidation/cause-of.ts'
import { invalidateFor, isSettled } from '../invalidation/invalidate-for.ts'
import { readWait } from '../invalidation/wait-query.ts'
import { bodyOf, readJson } from '../json-body.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

/** Largest event, bytes. What it names matters here, not what it carries. */
const MAX_EVENT_BYTES = 256 * 1024

/** Answer to an event: what it set off. */
export const EventReply = z.object({
  rules: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** Targets that the payload did not fill, or that lie out of reach: they ended nothing. */
      unmet: z.array(z.object({ template: z.string(), reason: z.string() })),
      /** Null when the rule found nothing to end. */
      receipt: Receipt.nullable(),
    }),
  ),
})
export type EventReply = z.infer<typeof EventReply>

/** `POST /api/events`: what happened in the source, in its own words; event rules know what that ends. */
export function eventsRoute(app: FastifyInstance, services: NodeServices): void {
  const { control, complain } = services

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireInvalidate(request.principal)
    const reach = requireReach(request.principal)
    const event = parseInput(EventRequest, readJson(request), 'body')
    const wish = readWait(request, 'all')
    const said = whatWasSaid(request, digestOf(bodyOf(request)))
    const id = invalidationId(request.principal, readIdempotencyKey(request), said)
    const answer = await answerOnce(request, said, services, async () => {
      const matched = evaluateEventRules(control.eventRules, event, reach)
      for (const { name, unmet } of matched)
        for (const { reason } of unmet) complain('event rule', new Error(reason), { rule: name, event: event.type })
      return answerOf(
        await Promise.all(matched.map(async (rule) => ({ rule, receipt: await setOff(rule) }))),
        wish.wait,
      )
    })
    return sendAnswer(reply, answer)

    /** Each rule is an invalidation of its own, with a receipt of its own; their appends travel together. */
    async function setOff({
      id: ruleId,
      name,
      mode,
      reach: ruleReach,
      matchers,
    }: MatchedRule): Promise<Receipt | null> {
      const { keys, tags, patterns, namespaces } = matchers
      if ([keys, tags, patterns, namespaces].every((names) => names.length === 0)) return null
      const cause = { ...causeOf(request, derivedId(id, ruleId), `event ${event.type}`), via: `rule:${name}` }
      return invalidateFor(services, matchers, { mode, reach: ruleReach, cause, ...wish })
    }
  }

  app.post('/api/events', { bodyLimit: MAX_EVENT_BYTES, config: { limit: 'invalidate' } }, take)
}

interface Outcome {
  rule: MatchedRule
  receipt: Receipt | null
}

function answerOf(outcomes: readonly Outcome[], wait: Wait): Answer {
  const receipts = outcomes.flatMap(({ receipt }) => receipt ?? [])
  const settled = receipts.every((receipt) => isSettled(receipt, wait))
  const rules = outcomes.map(({ rule: { id, name, unmet }, receipt }) => ({ id, name, unmet: [...unmet], receipt }))
  return {
    status: settled ? 200 : 202,
    epoch: newestOf(receipts),
    location: null,
    body: { rules } satisfies EventReply,
  }
}

/** The position that a reader must name to read what its event brought about. */
function newestOf(receipts: readonly Receipt[]): string | null {
  let newest: string | null = null
  for (const { epoch } of receipts) if (epoch !== null && epochOf(epoch) >= epochOf(newest)) newest = epoch
  return newest
}

function epochOf(text: string | null): number {
  return text === null ? 0 : (parseVersion(text)?.epoch ?? 0)
}
