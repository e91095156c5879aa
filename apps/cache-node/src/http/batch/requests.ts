import { decodeBase64 } from '@freshet/core/entries/base64'
import type { Value } from '@freshet/core/entries/make-entry'
import { Tags } from '@freshet/core/entries/tags'
import { MAX_KEY_BYTES } from '@freshet/core/keys/cache-key'
import { z } from 'zod'
import { MAX_BATCH_KEYS } from './items.ts'

const YEAR_S = 365 * 86_400

/** Length here, every other rule of a key by `requireKey`, which names the limit. */
const Key = z
  .string()
  .min(1)
  .max(MAX_KEY_BYTES)
  .meta({ description: '1 to 512 bytes of UTF-8 without control characters', examples: ['products:42'] })

const lifetimeS = (meaning: string) =>
  z
    .number()
    .min(0)
    .max(YEAR_S)
    .meta({ description: `${meaning}, in seconds` })

/** Names one member that is not known, cut short: a refusal must not be as large as what it refuses. */
const unknownMember: z.core.$ZodErrorMap<z.core.$ZodIssueInvalidType | z.core.$ZodIssueUnrecognizedKeys> = (issue) =>
  issue.code === 'unrecognized_keys' ? `there is no member "${issue.keys[0]?.slice(0, 64)}"` : undefined

/** Body of mget. Strict, like all of a batch: a member misspelt and skipped would be a wish that nobody heard. */
export const MgetRequest = z.strictObject(
  { keys: z.array(Key).max(MAX_BATCH_KEYS, `a batch has at most ${MAX_BATCH_KEYS} keys`) },
  { error: unknownMember },
)

/** One value of mput, as JSON or MessagePack carry it. What it leaves out the namespace's policy decides. */
export const MputItem = z
  .strictObject(
    {
      key: Key,
      value: z.string().optional().meta({ description: 'The value as text: itself, or its octets in base64' }),
      encoding: z.enum(['utf8', 'base64']).optional().meta({ description: 'How `value` is written; utf8 by default' }),
      body: z
        .instanceof(Buffer)
        .optional()
        .meta({ type: 'string', format: 'binary', description: 'MessagePack only, instead of `value`: the octets' }),
      contentType: z
        .string()
        .min(1)
        .max(256)
        .regex(/^[\t\x20-\x7e]*$/, 'a content type is printable ASCII')
        .optional()
        .meta({ description: 'By default text/plain; charset=utf-8 for text and application/octet-stream for octets' }),
      ttlS: lifetimeS('How long it is fresh').positive().optional(),
      swrS: lifetimeS('How much longer it is served stale while one refresh runs').optional(),
      sieS: lifetimeS('How much longer it is served stale when the origin fails').optional(),
      tags: Tags.optional().meta({ description: 'Surrogate keys by which it can be invalidated' }),
    },
    { error: unknownMember },
  )
  .transform(({ key, value, encoding, body, contentType, ttlS, swrS, sieS, tags }, ctx) => {
    const octets = octetsOf(value, encoding, body)
    if (typeof octets === 'string') {
      ctx.addIssue({ code: 'custom', message: octets, path: ['value'] })
      return z.NEVER
    }
    const isText = value !== undefined && encoding !== 'base64'
    return {
      key,
      body: octets,
      contentType: contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/octet-stream'),
      etag: null,
      tags: [...new Set(tags)],
      ttlMs: inMs(ttlS),
      swrMs: inMs(swrS),
      sieMs: inMs(sieS),
    } satisfies Value & { key: string }
  })
export type MputItem = z.infer<typeof MputItem>

/** Body of mput. */
export const MputRequest = z.strictObject(
  { items: z.array(MputItem).max(MAX_BATCH_KEYS, `a batch has at most ${MAX_BATCH_KEYS} values`) },
  { error: unknownMember },
)

/** The value's octets, or what is wrong with how they came. */
function octetsOf(value: string | undefined, encoding: string | undefined, body: Buffer | undefined): Buffer | string {
  if (value === undefined && body !== undefined)
    return encoding === undefined ? body : 'encoding says how value is written; a body has none'
  if (value === undefined || body !== undefined) return 'send the value as text in value (or as octets in body)'
  // A lone surrogate has no UTF-8: it would be stored as U+FFFD, which is not what was sent.
  if (encoding !== 'base64') return value.isWellFormed() ? Buffer.from(value) : 'the text is not well-formed Unicode'
  return decodeBase64(value) ?? 'this is not padded base64 (RFC 4648, section 4)'
}

function inMs(seconds: number | undefined): number | null {
  return seconds === undefined ? null : Math.round(seconds * 1_000)
}
