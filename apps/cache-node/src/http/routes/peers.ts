import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyInstance } from 'fastify'
import { BATCH_MEDIA_TYPE, BATCH_PATH } from '../../peers/batch/batch-layout.ts'
import { writeBatchReply } from '../../peers/batch/write-batch-reply.ts'
import { logItemFailures } from '../batch/log-item-failures.ts'
import { readBinaryMget } from '../batch/read-binary-request.ts'
import { readForwarded } from '../forwarded-request.ts'
import { bodyOf } from '../json-body.ts'
import type { NodeServices } from '../node-services.ts'
import { requireKey } from '../request-key.ts'

/** A thousand keys of the greatest length. */
const MAX_REQUEST_BYTES = 1_048_576

/** Many keys for another node, in one request. Internal: clients have mget. */
export function peersRoutes(app: FastifyInstance, services: NodeServices, maxBatchBytes: number): void {
  const { forwardedReads, complain } = services
  app.post(BATCH_PATH, { bodyLimit: MAX_REQUEST_BYTES, config: { internal: true } }, async (request, reply) => {
    const forwarded = readForwarded(request)
    if (forwarded === null)
      throw new AppError('bad_request', 'Freshet-Forwarded is missing', { field: 'Freshet-Forwarded' })
    const { keys } = readBinaryMget(bodyOf(request))
    for (const key of keys) requireKey(key, 'body')
    const results = await forwardedReads.readMany(keys, forwarded)
    logItemFailures(complain, request.id, results)
    reply.type(BATCH_MEDIA_TYPE)
    return writeBatchReply(results, maxBatchBytes)
  })
}
