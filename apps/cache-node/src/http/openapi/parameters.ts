import { MAX_KEY_BYTES } from '@freshet/core/keys/cache-key'
import { z } from 'zod'

/** The key in the path. The wildcard of the route takes everything after the prefix, slashes included. */
export const KeyPath = z.object({
  key: z.string().min(1).max(MAX_KEY_BYTES).meta({
    description:
      'The key: 1 to 512 bytes of UTF-8 without control characters, percent-encoded once. What stands before its first colon is its namespace. `keys`, `mget` and `mput` are taken.',
    example: 'products:42',
  }),
})

export const TtlQuery = z.object({
  ttl: z.coerce
    .number()
    .positive()
    .max(365 * 86_400)
    .optional()
    .meta({ description: 'Seconds of freshness; the same as max-age and stronger', example: 60 }),
})
