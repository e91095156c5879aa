import { z } from 'zod'
import { decodeBase64 } from '../entries/base64.ts'

/**
 * The batch form of an origin. We POST `{"keys": ["users:1", ...]}` as application/json and expect 200 with a document of
 * this shape, entries in any order. A key left out counts as 404.
 */
export const BatchAnswer = z.object({ entries: z.array(z.unknown()) })

/**
 * One key of a batch answer. `body` is any JSON value (`json`, kept as compact JSON), text (`utf8`) or octets (`base64`).
 * Lifetimes in seconds; what is left out the namespace's policy decides.
 */
export const BatchEntry = z
  .object({
    key: z.string(),
    /** 200, or 404 and 410: the origin has no such key. Anything else is that key's failure. */
    status: z.number().int(),
    contentType: z
      .string()
      .min(1)
      .max(256)
      .regex(/^[\t\x20-\x7e]*$/)
      .optional(),
    encoding: z.enum(['json', 'utf8', 'base64']).default('json'),
    body: z.unknown().optional(),
    /** Strong entity tag with its quotes. */
    etag: z.string().optional(),
    tags: z.array(z.string()).default([]),
    maxAgeS: z.number().min(0).optional(),
    swrS: z.number().min(0).optional(),
    sieS: z.number().min(0).optional(),
    noStore: z.boolean().default(false),
  })
  .transform(({ encoding, body, contentType, ...entry }, ctx) => {
    const octets = entry.status === 200 ? readBody(encoding, body) : EMPTY
    if (octets === null) {
      ctx.addIssue({ code: 'custom', message: 'status 200 needs a body that fits its encoding', path: ['body'] })
      return z.NEVER
    }
    return { ...entry, body: octets, contentType: contentType ?? defaultContentTypes[encoding] }
  })
export type BatchEntry = z.infer<typeof BatchEntry>

const EMPTY = Buffer.alloc(0)

const defaultContentTypes = {
  json: 'application/json',
  utf8: 'text/plain; charset=utf-8',
  base64: 'application/octet-stream',
}

function readBody(encoding: keyof typeof defaultContentTypes, body: unknown): Buffer | null {
  if (encoding === 'json') return body === undefined ? null : Buffer.from(JSON.stringify(body))
  if (typeof body !== 'string') return null
  return encoding === 'utf8' ? Buffer.from(body) : decodeBase64(body)
}
