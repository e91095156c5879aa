import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyRequest } from 'fastify'
import { FORWARDED_HEADER, type Forwarded, parseForwarded } from '../peers/forwarded-header.ts'

/**
 * What another node says of a read that it passes on; null: nobody passed it on. Throws `scope_missing` for everybody but
 * nodes: whoever forwards has checked rates and namespaces, and this node will not.
 */
export function readForwarded({ headers, internal }: FastifyRequest): Forwarded | null {
  const text = headers[FORWARDED_HEADER]
  if (text === undefined) return null
  if (!internal)
    throw new AppError('scope_missing', 'Only nodes of this installation pass reads on', { field: 'Freshet-Forwarded' })
  const forwarded = typeof text === 'string' ? parseForwarded(text) : null
  if (forwarded === null)
    throw new AppError(
      'bad_request',
      'Freshet-Forwarded is "<gen>.<e>;to=<node>", and ";mode=reload" or ";mode=cached-only"',
      {
        field: 'Freshet-Forwarded',
      },
    )
  return forwarded
}
