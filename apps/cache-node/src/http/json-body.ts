import { isUtf8 } from 'node:buffer'
import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyRequest } from 'fastify'

/**
 * The document in a request's body. Throws `unsupported_media_type` unless it says that it is JSON without a coding, and
 * `bad_request` when it is not.
 */
export function readJson(request: FastifyRequest): unknown {
  const { headers } = request
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json')
    throw new AppError('unsupported_media_type', 'Send the document as application/json', { field: 'Content-Type' })
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity')
    throw new AppError('unsupported_media_type', 'Send the document without Content-Encoding', {
      field: 'Content-Encoding',
    })
  return parse(bodyOf(request))
}

/** The octets of a request's body; none when it had none. */
export function bodyOf({ body }: Pick<FastifyRequest, 'body'>): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

function parse(body: Buffer): unknown {
  // Decoding would replace what is no UTF-8: a key would quietly become another one.
  if (!isUtf8(body)) throw new AppError('bad_request', 'The body is not UTF-8', { field: 'body' })
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AppError('bad_request', 'The body is not JSON', { field: 'body' })
  }
}
