import type { ZodContentObject } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { BINARY_MEDIA_TYPE, LAYOUT } from '../../batch/binary-layout.ts'
import { MgetReply, MputReply } from '../../batch/replies.ts'
import { MgetRequest, MputRequest } from '../../batch/requests.ts'
import { requestHeaders } from '../headers.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

const tags = ['Batches']
const CODES = [
  ...FRAMEWORK_CODES,
  ...ACCESS_CODES,
  'invalid',
  'payload_too_large',
  'unsupported_media_type',
  'not_acceptable',
] as const

const MGET = { keys: ['products:42', 'products:43'] } satisfies z.input<typeof MgetRequest>
const MGET_REPLY: MgetReply = {
  items: [
    {
      key: 'products:42',
      status: 'hit',
      encoding: 'utf8',
      value: '{"name":"Kettle"}',
      contentType: 'application/json',
      etag: '"5yKr1W9vQeZ0m3F7bYtL2A"',
      ageS: 12,
      ttlS: 48,
    },
    { key: 'products:43', status: 'miss', reason: 'absent' },
  ],
}
const MPUT = {
  items: [
    { key: 'products:42', value: '{"name":"Kettle"}', contentType: 'application/json', ttlS: 60, tags: ['brand:7'] },
  ],
} satisfies z.input<typeof MputRequest>
const MPUT_REPLY: MputReply = {
  items: [{ key: 'products:42', status: 'stored', etag: '"5yKr1W9vQeZ0m3F7bYtL2A"', epoch: '9f2c41d07be35a86.1208' }],
}

const BatchRecords = z.string().meta({ id: 'BatchRecords', format: 'binary', description: LAYOUT })

/** The three wire forms: one document in JSON or MessagePack, and length-prefixed records. */
function inAllForms(schema: z.ZodType, example: object): ZodContentObject {
  return {
    'application/json': { schema, example },
    'application/msgpack': { schema },
    [BINARY_MEDIA_TYPE]: { schema: BatchRecords },
  }
}

/** mget and mput. */
export const batchPaths: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/cache/mget',
    tags,
    operationId: 'readMany',
    summary: 'Read up to 1,000 values',
    description:
      'One item per key, in the order asked, each with its own status. Content-Type says how the body is written, Accept how the reply shall be; without a preference it comes in the form of the request. In MessagePack values are binary in `body`, not text in `value`. Values beyond the limit of one reply (32 MiB by default) become items with `payload_too_large`.',
    security: needs('read'),
    request: {
      headers: z.object({ 'Freshet-Min-Epoch': requestHeaders.minEpoch }),
      body: { content: inAllForms(MgetRequest.meta({ id: 'MgetRequest' }), MGET), required: true },
    },
    responses: {
      200: { description: 'One item per key', content: inAllForms(MgetReply.meta({ id: 'MgetReply' }), MGET_REPLY) },
      ...problems(...CODES),
    },
  },
  {
    method: 'post',
    path: '/api/cache/mput',
    tags,
    operationId: 'writeMany',
    summary: 'Store up to 1,000 values',
    description:
      'All under one epoch of the log. A request with a fault in any item is refused as a whole and writes nothing; what fails later concerns its key alone. A key that comes twice keeps the value that came last.',
    security: needs('write'),
    request: { body: { content: inAllForms(MputRequest.meta({ id: 'MputRequest' }), MPUT), required: true } },
    responses: {
      200: { description: 'One item per value', content: inAllForms(MputReply.meta({ id: 'MputReply' }), MPUT_REPLY) },
      ...problems(...CODES, 'value_too_large', 'lease_required', 'log_unavailable'),
    },
  },
]
