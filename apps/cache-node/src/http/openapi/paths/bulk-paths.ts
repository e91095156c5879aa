import { z } from 'zod'
import { BulkQuery, BulkRunReply, MAX_BULK_BYTES, MAX_BULK_KEYS } from '../../routes/bulk.ts'
import { InvalidationId } from '../../routes/receipts.ts'
import { requestHeaders, responseHeaders } from '../headers.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

const tags = ['Invalidation']
const security = needs('invalidate')
const CODES = [...FRAMEWORK_CODES, ...ACCESS_CODES, 'invalid', 'log_unavailable'] as const
const Run = BulkRunReply.meta({
  id: 'BulkRun',
  description: 'A bulk run and how far it has come, in chunks of 1,000 keys',
})

/** Runs of up to a million keys. */
export const bulkPaths: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/invalidate/bulk',
    tags,
    operationId: 'invalidateBulk',
    summary: 'Invalidate up to a million keys',
    description: `One key per line, at most ${MAX_BULK_KEYS} keys and ${MAX_BULK_BYTES} bytes. Workers do it in chunks, each acknowledged by all nodes. A fault in any line refuses all of it. Sent again with the same Idempotency-Key it is the same run.`,
    security,
    request: {
      query: z.object({
        mode: BulkQuery.shape.mode.meta({ description: '`hard` or `soft`' }),
        reason: BulkQuery.shape.reason.meta({ description: 'For the audit' }),
      }),
      headers: z.object({ 'Idempotency-Key': requestHeaders.idempotencyKey }),
      body: {
        description: 'The keys',
        content: { 'text/plain': { schema: z.string(), example: 'products:1\nproducts:2\n' } },
        required: true,
      },
    },
    responses: {
      202: {
        description: 'Handed to the workers',
        headers: z.object({ Location: responseHeaders.location }),
        content: { 'application/json': { schema: Run } },
      },
      ...problems(...CODES, 'payload_too_large', 'unsupported_media_type', 'conflict'),
    },
  },
  {
    method: 'get',
    path: '/api/invalidate/bulk/{id}',
    tags,
    operationId: 'readBulkRun',
    summary: 'How far a bulk run has come',
    security,
    request: { params: z.object({ id: InvalidationId.meta({ description: 'The id from the answer' }) }) },
    responses: {
      200: { description: 'The run', content: { 'application/json': { schema: Run } } },
      ...problems(...CODES, 'not_found'),
    },
  },
]
