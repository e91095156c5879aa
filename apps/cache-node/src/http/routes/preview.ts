import { hasScope, type Principal } from '@freshet/core/access/permissions'
import { Tag } from '@freshet/core/entries/tags'
import type { Matchers } from '@freshet/core/invalidation/invalidation'
import { NamespaceName } from '@freshet/core/keys/cache-key'
import { CachePattern } from '@freshet/core/patterns/cache-pattern'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { authorizeMatchers, requireInvalidate } from '../invalidation/authorize-matchers.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

/** Matching keys that a preview names. */
const MAX_SAMPLE = 50

export const PreviewQuery = z
  .strictObject({ pattern: CachePattern.optional(), tag: Tag.optional(), namespace: NamespaceName.optional() })
  .refine(({ pattern, tag, namespace }) => pattern ?? tag ?? namespace, {
    message: 'name a pattern, a tag or a namespace',
    path: ['pattern'],
  })

const estimate = {
  exact: z.boolean().meta({ description: 'Counted; else estimated from a sample' }),
  standardError: z.number().nonnegative(),
}

/** What an invalidation would end; also the answer to a dry run. */
export const PreviewReply = z.object({
  count: z.object({
    count: z.number().int().nonnegative(),
    ...estimate,
    low: z.number().int().nonnegative().meta({ description: 'With 95% confidence there are no fewer' }),
    high: z.number().int().nonnegative().meta({ description: 'With 95% confidence there are no more' }),
  }),
  bytes: z.object({ bytes: z.number().int().nonnegative(), ...estimate }),
  sample: z
    .array(z.string())
    .meta({ description: 'Some of the keys, in no order; none for a credential that may not read' }),
  looked: z.number().int().nonnegative().meta({ description: 'Keys that were looked at' }),
})
export type PreviewReply = z.infer<typeof PreviewReply>

/** `GET /api/invalidate/preview`: how much a pattern, a tag or a namespace would end. */
export function previewRoute(app: FastifyInstance, services: NodeServices): void {
  app.get('/api/invalidate/preview', { config: { limit: 'list' } }, async (request, reply) => {
    requireInvalidate(request.principal)
    const { pattern, tag, namespace } = parseInput(PreviewQuery, request.query, 'query')
    reply.header('cache-control', 'no-store')
    return previewFor(services, request.principal, {
      keys: [],
      tags: tag === undefined ? [] : [tag],
      patterns: pattern === undefined ? [] : [pattern],
      namespaces: namespace === undefined ? [] : [namespace],
      all: false,
    })
  })
}

/** Throws as an invalidation of the same would. Names of keys are for those who may read. */
export function previewFor(
  { preview }: Pick<NodeServices, 'preview'>,
  principal: Principal,
  matchers: Matchers,
): Promise<PreviewReply> {
  const reach = authorizeMatchers(principal, matchers)
  return preview.of(matchers, { reach, maxSample: hasScope(principal, 'read') ? MAX_SAMPLE : 0 })
}
