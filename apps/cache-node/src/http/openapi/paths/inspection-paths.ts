import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { ListKeysQuery, ListKeysReply } from '../../routes/list-keys.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

const CODES = [...FRAMEWORK_CODES, ...ACCESS_CODES] as const
const { pattern, cursor, limit } = ListKeysQuery.shape

const DescribedListKeysQuery = ListKeysQuery.extend({
  pattern: pattern.meta({
    description: 'Redis glob (`*`, `?`, `[a-z]`, `[^x]`, `\\`), at most 256 bytes',
    example: 'products:*',
  }),
  cursor: cursor.meta({ description: 'From the page before; leave it out for the first' }),
  limit: limit.meta({ description: 'Keys of one page, about' }),
})

/** Keys and figures: what the cache holds and how it does, for those with a credential. */
export const inspectionPaths: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/cache/keys',
    tags: ['Keys'],
    operationId: 'listKeys',
    summary: 'List keys',
    description:
      'Pages through the whole second tier without blocking it. As with SCAN of Redis a key that lives through the whole listing is listed at least once. Invalidated keys and keys of namespaces that the credential does not reach are left out.',
    security: needs('read'),
    request: { query: DescribedListKeysQuery },
    responses: {
      200: {
        description: 'A page, and the cursor of the next; null when the listing is complete',
        content: { 'application/json': { schema: ListKeysReply.meta({ id: 'ListKeysReply' }) } },
      },
      ...problems(...CODES, 'invalid', 'store_unavailable'),
    },
  },
  {
    method: 'get',
    path: '/api/metrics',
    tags: ['Operations'],
    operationId: 'readMetrics',
    summary: 'Figures as JSON',
    description: 'Counters and histograms are cumulative since the process started. Needs a grant of every namespace.',
    security: needs('read'),
    responses: {
      200: {
        description: 'The figures',
        content: { 'application/json': { schema: NodeMetrics.meta({ id: 'NodeMetrics' }) } },
      },
      ...problems(...CODES),
    },
  },
]
