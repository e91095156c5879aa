import type { ResponseConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { WaitQuery } from '../../invalidation/wait-query.ts'
import { requestHeaders, responseHeaders } from '../headers.ts'
import { needs, type Operation } from '../operation.ts'
import { KeyPath, TtlQuery } from '../parameters.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'
import { ReceiptSchema } from './invalidation-paths.ts'

const path = '/api/cache/{key}'
const tags = ['Values']
const anyBytes = { '*/*': { schema: { type: 'string', format: 'binary' } } } as const
const COMMON = [...FRAMEWORK_CODES, ...ACCESS_CODES, 'invalid'] as const
const LOADING = ['origin_failed', 'origin_unavailable', 'origin_deadline', 'degraded'] as const
const { ifNoneMatch, minEpoch, lifetimes, surrogateKey, cacheTag, cacheGroups } = requestHeaders

const valueHeaders = z.object({
  ETag: responseHeaders.etag,
  Age: responseHeaders.age,
  'Cache-Control': responseHeaders.cacheControl,
  'Cache-Status': responseHeaders.cacheStatus,
  'Freshet-Version': responseHeaders.version,
  'Surrogate-Key': responseHeaders.surrogateKey.optional(),
  'Freshet-Lease': responseHeaders.loadLease.optional(),
})
const notModified: ResponseConfig = { description: 'The value is still the one you have', headers: valueHeaders }
const removedHeaders = z.object({ 'Freshet-Epoch': responseHeaders.epoch, 'Freshet-Receipt': responseHeaders.receipt })
const writtenHeaders = z.object({ ETag: responseHeaders.etag, 'Freshet-Epoch': responseHeaders.epoch })

const readHeaders = z.object({
  'If-None-Match': ifNoneMatch,
  'Cache-Control': z.string().optional().meta({
    description: '`no-cache` loads anew; `only-if-cached` does not ask the origin and answers 504 instead',
    example: 'no-cache',
  }),
  'Freshet-Min-Epoch': minEpoch,
  'Freshet-Lease': z.literal('request').optional().meta({
    description:
      '`request`: on a miss one caller of the cluster gets a token (field Freshet-Lease) to load the value and PUT it; the others get Retry-After, or a stale value',
  }),
})
const waitQuery = {
  wait: WaitQuery.shape.wait.meta({
    description: '`all`, `local` or `none`: who must have applied it before the answer',
  }),
  waitMs: WaitQuery.shape.waitMs.meta({ description: 'How long `all` may take, milliseconds; then the answer is 202' }),
}
const tagHeaders = { 'Surrogate-Key': surrogateKey, 'Cache-Tag': cacheTag, 'Cache-Groups': cacheGroups }

/** GET, HEAD, PUT, PATCH, DELETE and PURGE of one key. */
export const entryPaths: readonly Operation[] = [
  {
    method: 'get',
    path,
    tags,
    operationId: 'readValue',
    summary: 'Read a value',
    description:
      'From memory, from the second tier, or from the origin of the namespace. The body is the value, byte for byte, with the Content-Type it was stored with. A value that may only be served stale says so in Cache-Status.',
    security: needs('read'),
    request: { params: KeyPath, headers: readHeaders },
    responses: {
      200: { description: 'The value', headers: valueHeaders, content: anyBytes },
      304: notModified,
      ...problems(...COMMON, 'miss', 'absent_at_origin', 'not_cached', ...LOADING, 'log_unavailable'),
    },
  },
  {
    method: 'head',
    path,
    tags,
    operationId: 'lookAtValue',
    summary: 'Look without loading',
    description: 'The headers of GET. A key that is not cached is a 404; the origin is not asked.',
    security: needs('read'),
    request: { params: KeyPath, headers: z.object({ 'If-None-Match': ifNoneMatch, 'Freshet-Min-Epoch': minEpoch }) },
    responses: {
      200: { description: 'There is a value', headers: valueHeaders },
      304: notModified,
      ...problems(...COMMON, 'miss', 'absent_at_origin', ...LOADING),
    },
  },
  {
    method: 'put',
    path,
    tags,
    operationId: 'writeValue',
    summary: 'Store a value',
    description:
      'Any bytes with any Content-Type. Says "this is the value now": whatever was cached under the key before dies on every node, and of two writers the later in the log wins.',
    security: needs('write'),
    request: {
      params: KeyPath,
      query: TtlQuery.extend(waitQuery),
      headers: z.object({
        'Cache-Control': lifetimes,
        ...tagHeaders,
        'If-Match': z.string().optional().meta({ description: 'Write only over one of these entity tags' }),
        'If-None-Match': z.literal('*').optional().meta({ description: '`*`: write only if there is nothing yet' }),
        'Freshet-Lease': z.string().optional().meta({
          description:
            'The token that a read gave: the value counts from when it was given, and is refused (409) if the key was invalidated since',
        }),
      }),
      body: { description: 'The value', content: anyBytes, required: true },
    },
    responses: {
      204: { description: 'Stored', headers: writtenHeaders },
      202: { description: 'Stored; not all nodes have heard of it yet', headers: writtenHeaders },
      ...problems(
        ...COMMON,
        'fenced',
        'degraded',
        'conflict',
        'lease_required',
        'precondition_failed',
        'value_too_large',
        'payload_too_large',
        'unsupported_media_type',
        'log_unavailable',
        'store_unavailable',
      ),
    },
  },
  {
    method: 'patch',
    path,
    tags,
    operationId: 'amendValue',
    summary: 'Change lifetimes and tags',
    description: 'The body stays as it is. Name a lifetime or tags; what is not named stays.',
    security: needs('write'),
    request: {
      params: KeyPath,
      query: TtlQuery.extend(waitQuery),
      headers: z.object({ 'Cache-Control': lifetimes, ...tagHeaders }),
    },
    responses: {
      204: { description: 'Changed', headers: writtenHeaders },
      202: { description: 'Changed; not all nodes have heard of it yet', headers: writtenHeaders },
      ...problems(
        ...COMMON,
        'conflict',
        'lease_required',
        'miss',
        'precondition_failed',
        'payload_too_large',
        'unsupported_media_type',
        'log_unavailable',
        'store_unavailable',
      ),
    },
  },
  ...(['delete', 'purge'] as const).map(
    (method): Operation => ({
      method,
      path,
      tags,
      operationId: method === 'delete' ? 'invalidateKey' : 'purgeKey',
      summary: 'Invalidate a key',
      description:
        'Hard: no node that applied it serves an older value of this key again, whether there was one or not. The same as the other of DELETE and PURGE.',
      security: needs('invalidate'),
      request: { params: KeyPath, query: z.object(waitQuery) },
      responses: {
        204: { description: 'Invalidated, on all nodes unless `wait` says less', headers: removedHeaders },
        202: {
          description: 'Invalidated; not all nodes have applied it yet',
          headers: removedHeaders.extend({ Location: responseHeaders.location }),
          content: { 'application/json': { schema: ReceiptSchema } },
        },
        ...problems(...COMMON, 'payload_too_large', 'unsupported_media_type', 'log_unavailable'),
      },
    }),
  ),
]
