import { AppError } from '@freshet/core/errors/app-error'

/** Far above any policy or key; a body is held in memory before it is looked at. */
const MAX_BODY_BYTES = 256 * 1024

/**
 * A request's input: query, then JSON body, then path parameters, which nothing may override.
 *
 * Rejects with `unsupported_media_type`, `payload_too_large`, `bad_request` (no JSON) or `invalid` (no JSON object).
 */
export async function readInput(
  request: Request,
  parameters: Record<string, string>,
): Promise<Record<string, unknown>> {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  const body = request.method === 'GET' || request.method === 'HEAD' ? {} : await readBody(request)
  return { ...query, ...body, ...parameters }
}

async function readBody(request: Request): Promise<object> {
  const text = await readText(request)
  if (text === '') return {}
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json')
    throw new AppError('unsupported_media_type', 'Send the body as application/json', { field: 'content-type' })
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('invalid', 'The body is a JSON object')
  return value
}

/** Read piece by piece: a length is a claim, and may be missing. */
async function readText(request: Request): Promise<string> {
  if (!request.body) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request.body) {
    bytes += chunk.byteLength
    if (bytes > MAX_BODY_BYTES)
      throw new AppError('payload_too_large', `A body has at most ${MAX_BODY_BYTES} bytes`, { limit: MAX_BODY_BYTES })
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new AppError('bad_request', 'The body is not UTF-8')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('bad_request', 'The body is not JSON')
  }
}
