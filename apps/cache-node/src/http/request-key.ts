import { AppError } from '@freshet/core/errors/app-error'
import { describeKeyFault, findKeyFault } from '@freshet/core/keys/cache-key'

const PREFIX = '/api/cache/'

/**
 * The key of a request, from the raw target: everything after the prefix, percent-decoded exactly once (a router's own
 * decoding would make `%252F` and `%2F` the same key). Throws `bad_request` for broken encoding and `invalid` for a key
 * that may not be.
 */
export function readKey(rawUrl: string): string {
  const query = rawUrl.indexOf('?')
  const encoded = rawUrl.slice(PREFIX.length, query === -1 ? undefined : query)
  return requireKey(decode(encoded))
}

export function requireKey(key: string, field = 'key'): string {
  const fault = findKeyFault(key)
  if (fault !== null)
    throw new AppError('invalid', describeKeyFault(fault), {
      field,
      ...(fault.limit === undefined ? {} : { limit: fault.limit }),
    })
  return key
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new AppError('bad_request', 'The key in the path is not valid percent-encoded UTF-8', { field: 'key' })
  }
}
