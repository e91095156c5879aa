/**
 * Every error a user can meet: its HTTP status and its title. The code is stable and is the heading under which
 * `docs/failure-modes.md` explains it.
 */
export const errorCodes = {
  bad_request: { status: 400, title: 'The request is malformed' },
  unauthenticated: { status: 401, title: 'No valid credential' },
  credential_expired: { status: 401, title: 'The credential has expired' },
  credential_revoked: { status: 401, title: 'The credential was revoked' },
  scope_missing: { status: 403, title: 'The credential lacks a scope' },
  namespace_forbidden: { status: 403, title: 'The credential does not reach this namespace' },
  origin_not_allowed: { status: 403, title: 'The browser origin is not allowed' },
  not_found: { status: 404, title: 'There is nothing at this address' },
  miss: { status: 404, title: 'The key is not in the cache' },
  absent_at_origin: { status: 404, title: 'The origin has no such key' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, title: 'No representation is acceptable' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  fenced: { status: 409, title: 'Something newer came between' },
  conflict: { status: 409, title: 'Somebody else changed it first' },
  precondition_failed: { status: 412, title: 'A precondition does not hold' },
  value_too_large: { status: 413, title: 'The value is too large' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  invalid: { status: 422, title: 'The request is well-formed but invalid' },
  lease_required: { status: 428, title: 'This namespace takes leased writes only' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal: { status: 500, title: 'Something broke on our side' },
  origin_failed: { status: 502, title: 'The origin failed' },
  origin_unavailable: { status: 503, title: 'The origin is not being asked right now' },
  issuer_unavailable: { status: 503, title: 'The token issuer cannot be asked' },
  log_unavailable: { status: 503, title: 'The invalidation log cannot be reached' },
  store_unavailable: { status: 503, title: 'The second tier cannot be reached' },
  database_unavailable: { status: 503, title: "The control plane's database cannot be reached" },
  peer_unavailable: { status: 503, title: 'The node that answers for the key cannot be asked' },
  node_unavailable: { status: 503, title: 'No cache node can be reached' },
  degraded: { status: 503, title: 'This node cannot know what is fresh' },
  draining: { status: 503, title: 'This node is shutting down' },
  not_cached: { status: 504, title: 'Not in the cache, and the caller wants nothing else' },
  origin_deadline: { status: 504, title: 'The origin did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCodes
