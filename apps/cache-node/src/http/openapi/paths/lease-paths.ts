import { ReleaseRequest } from '../../routes/release-lease.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

/** Leases of loads, beside what the routes of values do with them. */
export const leasePaths: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/leases/release',
    tags: ['Values'],
    operationId: 'releaseLease',
    summary: 'Give a lease back',
    description:
      'For who was given the right to load a key and cannot: the next caller that misses it is given the lease at once, rather than when it has run out. A `PUT` with the lease gives it back by itself.',
    security: needs('write'),
    request: {
      body: {
        content: {
          'application/json': {
            schema: ReleaseRequest.meta({ id: 'ReleaseRequest' }),
            example: { key: 'sessions:7', token: 'OWYyYzQx.aGVsbG8' },
          },
        },
        required: true,
      },
    },
    responses: {
      204: { description: 'Given back, or given to somebody else since' },
      ...problems(
        ...FRAMEWORK_CODES,
        ...ACCESS_CODES,
        'invalid',
        'payload_too_large',
        'unsupported_media_type',
        'fenced',
        'log_unavailable',
      ),
    },
  },
]
