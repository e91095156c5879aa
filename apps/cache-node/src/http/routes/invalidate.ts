import {
  type InvalidationOptions,
  InvalidationRequest,
  type Matchers,
  PatternInvalidationRequest,
} from '@freshet/core/invalidation/invalidation'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answerOnce, digestOf, readIdempotencyKey, sendAnswer, whatWasSaid } from '../invalidation/answer-once.ts'
import { authorizeMatchers, requireInvalidate } from '../invalidation/authorize-matchers.ts'
import { causeOf, invalidationId } from '../invalidation/cause-of.ts'
import { answerReceipt, invalidateFor } from '../invalidation/invalidate-for.ts'
import { planInvalidation } from '../invalidation/plan-invalidation.ts'
import { WaitLimitQuery } from '../invalidation/wait-query.ts'
import { bodyOf, readJson } from '../json-body.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'
import { previewFor } from './preview.ts'

/** 1,000 keys and 1,000 tags at their longest, each byte at worst six characters of JSON. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

/** `POST /api/invalidate` and `/api/invalidate/pattern`. */
export function invalidateRoutes(app: FastifyInstance, services: NodeServices): void {
  async function byNames(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireInvalidate(request.principal)
    const {
      keys = [],
      tags = [],
      namespace,
      all = false,
      ...options
    } = parseInput(InvalidationRequest, readJson(request), 'body')
    return run(request, reply, options, { keys, tags, patterns: [], namespaces: namespace ? [namespace] : [], all })
  }

  async function byPattern(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    requireInvalidate(request.principal)
    const { pattern, ...options } = parseInput(PatternInvalidationRequest, readJson(request), 'body')
    return run(request, reply, options, { keys: [], tags: [], patterns: [pattern], namespaces: [], all: false })
  }

  async function run(
    request: FastifyRequest,
    reply: FastifyReply,
    { mode, wait, reason, dryRun, ...times }: InvalidationOptions,
    matchers: Matchers,
  ): Promise<FastifyReply> {
    if (dryRun)
      return reply.header('cache-control', 'no-store').send(await previewFor(services, request.principal, matchers))
    const reach = authorizeMatchers(request.principal, matchers)
    const { waitMs: limitMs } = parseInput(WaitLimitQuery, request.query, 'query')
    const said = whatWasSaid(request, digestOf(bodyOf(request)))
    const id = invalidationId(request.principal, readIdempotencyKey(request), said)
    const cause = causeOf(request, id, reason)
    const answer = await answerOnce(request, said, services, async () => {
      const planned = await planInvalidation(services, matchers, times, { mode, reach, cause, wait })
      if (planned !== null) return answerReceipt(planned, wait)
      return answerReceipt(await invalidateFor(services, matchers, { mode, reach, cause, wait, limitMs }), wait)
    })
    return sendAnswer(reply, answer)
  }

  const options = { bodyLimit: MAX_BODY_BYTES, config: { limit: 'invalidate' } } as const
  app.post('/api/invalidate', options, byNames)
  app.post('/api/invalidate/pattern', options, byPattern)
}
