import { hasScope, reachesNamespace } from '@freshet/core/access/permissions'
import { formatVersion } from '@freshet/core/coherence/version'
import { freshnessOf } from '@freshet/core/entries/freshness'
import { AppError } from '@freshet/core/errors/app-error'
import { namespaceOf } from '@freshet/core/keys/cache-key'
import { describePatternFault, type Pattern, parsePattern } from '@freshet/core/patterns/parse-pattern'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ageSeconds, ttlSeconds } from '../caching-headers.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

export const ListKeysQuery = z.object({
  pattern: z.string().default('*'),
  cursor: z.string().max(16_384).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
})

export const ListKeysReply = z.object({
  keys: z.array(
    z.object({
      key: z.string(),
      namespace: z.string(),
      sizeBytes: z.number().int(),
      contentType: z.string(),
      tags: z.array(z.string()),
      version: z.string(),
      ageS: z.number().int(),
      ttlS: z.number().int(),
      freshness: z.enum(['fresh', 'stale', 'error-only', 'expired']),
      knownAbsent: z.boolean(),
    }),
  ),
  cursor: z.string().nullable(),
})

/** Keys of the whole L2 that are alive by the log, those of the caller's namespaces only. */
export function listKeysRoute(
  app: FastifyInstance,
  { listKeys, follower, clusterClock, recorder, clock }: NodeServices,
): void {
  app.get('/api/cache/keys', { config: { limit: 'list' } }, async (request) => {
    const startedMs = clock.monotonicMs()
    const { principal } = request
    const query = parseInput(ListKeysQuery, request.query, 'query')
    const pattern = requirePattern(query.pattern)
    // A pattern inside one namespace is refused outright when the caller does not reach it; a wider one is filtered.
    if (pattern.namespace !== null) request.allow('read', pattern.namespace)
    else if (!hasScope(principal, 'read')) request.allow('read', '*')
    const page = await listKeys({
      pattern,
      cursor: query.cursor ?? null,
      limit: query.limit,
      accept: (key, entry) =>
        reachesNamespace(principal, namespaceOf(key)) && ['valid', 'softened'].includes(follower.judge(key, entry)),
    })
    const nowMs = clusterClock.nowMs()
    recorder.time('list', (clock.monotonicMs() - startedMs) * 1_000)
    return {
      keys: page.keys.map(({ key, entry, bodyBytes }) => ({
        key,
        namespace: namespaceOf(key),
        sizeBytes: bodyBytes,
        contentType: entry.contentType,
        tags: [...entry.tags],
        version: formatVersion(entry.version),
        ageS: ageSeconds(entry, nowMs),
        ttlS: ttlSeconds(entry, nowMs),
        freshness: freshnessOf(entry, nowMs),
        knownAbsent: entry.negative,
      })),
      cursor: page.cursor,
    } satisfies z.infer<typeof ListKeysReply>
  })
}

function requirePattern(source: string): Pattern {
  const parsed = parsePattern(source)
  if ('reason' in parsed)
    throw new AppError('invalid', describePatternFault(parsed), {
      field: 'pattern',
      ...(parsed.limit === undefined ? {} : { limit: parsed.limit }),
    })
  return parsed
}
