import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { badAnswer } from './attempt-failure.ts'
import { headerOf } from './header-of.ts'
import type { Requester } from './origin-guard.ts'
import { readBody } from './read-body.ts'
import { checkOriginUrl } from './ssrf-guard.ts'

export interface OriginRequest {
  method: 'GET' | 'POST'
  url: string
  /** Lower-case names. */
  headers: Record<string, string>
  body?: string
}

export interface OriginResponse {
  status: number
  headers: IncomingHttpHeaders
  /** Empty unless the status is 200 or 203: what an error page says is nobody's business. */
  body: Buffer
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Read from an unwanted body so that its connection can be used again; a longer one is cut off. */
const MAX_DISCARDED_BYTES = 16_384

/**
 * Asks an origin, redirects included. Each hop is checked like the first: its scheme and form here, its address by the
 * dispatcher's connector. Rejects with AttemptFailure, AppError (a refused URL) or the transport's own error.
 */
export async function exchange(
  dispatcher: Dispatcher,
  start: OriginRequest,
  maxBytes: number,
  makeRequest: Requester,
): Promise<OriginResponse> {
  let request = start
  for (let hops = 0; ; hops++) {
    const url = new URL(request.url)
    checkOriginUrl(url)
    const response = await makeRequest((signal) => send(dispatcher, request, url, maxBytes, signal))
    if (!REDIRECTS.has(response.status)) return response
    if (hops === MAX_REDIRECTS) throw badAnswer(`The origin redirected more than ${MAX_REDIRECTS} times`)
    request = redirected(request, url, headerOf(response.headers, 'location'))
  }
}

async function send(
  dispatcher: Dispatcher,
  { method, headers, body }: OriginRequest,
  url: URL,
  maxBytes: number,
  signal: AbortSignal,
): Promise<OriginResponse> {
  const response = await dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers,
    body: body ?? null,
    signal,
    // The signal's timer covers head and body together, against an origin that sends a byte now and then.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  // A body that is cut off emits its error even when nobody reads it any more, and unheard it would end the process.
  response.body.on('error', () => undefined)
  const status = response.statusCode
  if (status === 200 || status === 203)
    return { status, headers: response.headers, body: await readBody(response, maxBytes, signal) }
  // A page that hangs or breaks off does not change the status, which is all we want of it.
  await response.body.dump({ limit: MAX_DISCARDED_BYTES, signal }).catch(() => undefined)
  return { status, headers: response.headers, body: Buffer.alloc(0) }
}

function redirected(request: OriginRequest, from: URL, location: string | undefined): OriginRequest {
  if (request.method !== 'GET') throw badAnswer('The origin redirected a batch, which is not followed')
  if (location === undefined || !URL.canParse(location, from.href))
    throw badAnswer('The origin redirected without a usable Location')
  const to = new URL(location, from)
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw badAnswer('The origin redirected from https to http, which is not followed')
  to.hash = ''
  // Headers were configured for the origin and may be secrets: they stay there.
  return { method: 'GET', url: to.href, headers: to.origin === from.origin ? request.headers : PLAIN_HEADERS }
}

/**
 * Identity, because the cache compresses by itself and clients get the bytes as they are. Configure an `Accept-Encoding`
 * header for an origin behind a slow line; the coding is then taken off as the value arrives.
 */
export const PLAIN_HEADERS: Record<string, string> = {
  accept: '*/*',
  'accept-encoding': 'identity',
  'user-agent': 'freshet',
}
