import { EventRequest } from '@freshet/core/invalidation/event-rule'
import { InvalidationRequest, PatternInvalidationRequest } from '@freshet/core/invalidation/invalidation'
import { Receipt } from '@freshet/core/invalidation/receipt'
import { z } from 'zod'
import { WaitLimitQuery, WaitQuery } from '../../invalidation/wait-query.ts'
import { EventReply } from '../../routes/events.ts'
import { PreviewQuery, PreviewReply } from '../../routes/preview.ts'
import { InvalidationId } from '../../routes/receipts.ts'
import { requestHeaders, responseHeaders } from '../headers.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

const tags = ['Invalidation']
const security = needs('invalidate')
const CODES = [...FRAMEWORK_CODES, ...ACCESS_CODES, 'invalid'] as const
const POST_CODES = [...CODES, 'payload_too_large', 'unsupported_media_type', 'conflict', 'log_unavailable'] as const

const describedWaitMs = WaitLimitQuery.shape.waitMs.meta({
  description: 'How long the answer may be held back for nodes to apply it, milliseconds; then it is 202',
})
const describedWait = WaitQuery.shape.wait.meta({
  description: '`all` nodes have applied it, the `local` one has, or `none`: it is in the log',
})

export const ReceiptSchema = Receipt.meta({
  id: 'Receipt',
  description:
    'Who has applied an invalidation and when. Delays in milliseconds from the append, as the asked node saw it.',
})
const PreviewSchema = PreviewReply.meta({ id: 'InvalidationPreview' })

const RECEIPT: Receipt = {
  id: '0b9f3a52-7c1e-4d6f-8a43-2f5d6e7a8b90',
  state: 'acknowledged',
  epoch: '9f2c41d07be35a86.1208',
  mode: 'hard',
  acceptedAtMs: 1_767_225_600_000,
  acknowledgedBy: 'members',
  acknowledgedAfterMs: 3.1,
  nodes: [
    { nodeId: 'node-1', incarnation: '5f0c', appliedAfterMs: 1.4, leaseExpiredAfterMs: null },
    { nodeId: 'node-2', incarnation: '9d21', appliedAfterMs: 3.1, leaseExpiredAfterMs: null },
  ],
  laggards: [],
  leaseRemainingMs: 0,
  archived: false,
}

const epochHeaders = z.object({ 'Freshet-Epoch': responseHeaders.epoch.optional() })
const pendingHeaders = epochHeaders.extend({ Location: responseHeaders.location.optional() })
const idempotent = z.object({ 'Idempotency-Key': requestHeaders.idempotencyKey })

const results = {
  200: {
    description: 'Done; or, for a dry run, what would be ended',
    headers: epochHeaders,
    content: { 'application/json': { schema: z.union([ReceiptSchema, PreviewSchema]), example: RECEIPT } },
  },
  202: {
    description: 'It will be done later, or not all nodes have applied it yet; the receipt tells more and more',
    headers: pendingHeaders,
    content: { 'application/json': { schema: ReceiptSchema } },
  },
  ...problems(...POST_CODES, 'store_unavailable'),
}

function jsonBody(schema: z.ZodType, example: object) {
  return { content: { 'application/json': { schema, example } }, required: true }
}

/** Invalidations by names, patterns and events, their previews and their receipts. */
export const invalidationPaths: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/invalidate',
    tags,
    operationId: 'invalidate',
    summary: 'Invalidate keys, tags, a namespace or everything',
    description:
      'After the answer to `wait: all` no node serves, as fresh, a value whose load began before. Tags act in the namespaces that the credential reaches. `all` needs the scope admin on all namespaces. `soft` values are served stale, marked, while one refresh runs.',
    security,
    request: {
      query: z.object({ waitMs: describedWaitMs }),
      headers: idempotent,
      body: jsonBody(InvalidationRequest.meta({ id: 'InvalidationRequest' }), {
        tags: ['brand:7'],
        reason: 'new prices',
      }),
    },
    responses: results,
  },
  {
    method: 'post',
    path: '/api/invalidate/pattern',
    tags,
    operationId: 'invalidatePattern',
    summary: 'Invalidate by pattern',
    description:
      'A Redis glob (`*`, `?`, `[a-z]`, `[^x]`, `\\`), at most 256 bytes. A pattern within one namespace needs that namespace; a wider one acts in those that the credential reaches. As fast as a single key, however many match.',
    security,
    request: {
      query: z.object({ waitMs: describedWaitMs }),
      headers: idempotent,
      body: jsonBody(PatternInvalidationRequest.meta({ id: 'PatternInvalidationRequest' }), {
        pattern: 'search:*shoes*',
      }),
    },
    responses: results,
  },
  {
    method: 'get',
    path: '/api/invalidate/preview',
    tags,
    operationId: 'previewInvalidation',
    summary: 'What an invalidation would end',
    description:
      'Counts in the second tier, exactly while not more than 100,000 keys (20,000 for a tag) have to be looked at, else by a sample, with its error. Name one or several.',
    security,
    request: {
      query: z.object({
        pattern: PreviewQuery.shape.pattern.meta({ description: 'Redis glob', example: 'products:1*' }),
        tag: PreviewQuery.shape.tag.meta({ description: 'A tag', example: 'brand:7' }),
        namespace: PreviewQuery.shape.namespace.meta({ description: 'A namespace', example: 'products' }),
      }),
    },
    responses: {
      200: { description: 'Count, bytes and some keys', content: { 'application/json': { schema: PreviewSchema } } },
      ...problems(...CODES, 'store_unavailable'),
    },
  },
  {
    method: 'get',
    path: '/api/invalidate/receipts/{id}',
    tags,
    operationId: 'readReceipt',
    summary: 'The receipt of an invalidation',
    description:
      'As things stand now. Kept for a day while something is still to be learned of it, for minutes once it was acknowledged.',
    security,
    request: { params: z.object({ id: InvalidationId.meta({ description: 'The id from the answer' }) }) },
    responses: {
      200: { description: 'The receipt', content: { 'application/json': { schema: ReceiptSchema } } },
      ...problems(...CODES, 'not_found', 'log_unavailable'),
    },
  },
  {
    method: 'post',
    path: '/api/events',
    tags,
    operationId: 'sendEvent',
    summary: 'Say what happened',
    description:
      'Event rules, kept in the portal, know what an event of this type ends, from fields of its payload. Only rules that share a namespace with the credential act, and only there. `unmet` names targets that the payload did not fill.',
    security,
    request: {
      query: z.object({ wait: describedWait, waitMs: describedWaitMs }),
      headers: idempotent,
      body: jsonBody(EventRequest.meta({ id: 'EventRequest' }), {
        type: 'product.changed',
        payload: { id: 42, brands: [7] },
      }),
    },
    responses: {
      200: {
        description: 'The rules that it set off, each with its receipt',
        headers: epochHeaders,
        content: { 'application/json': { schema: EventReply.meta({ id: 'EventReply' }) } },
      },
      202: {
        description: 'The same; not all nodes have applied all of it yet',
        headers: pendingHeaders,
        content: { 'application/json': { schema: EventReply } },
      },
      ...problems(...POST_CODES),
    },
  },
]
