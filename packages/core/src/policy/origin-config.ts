import { z } from 'zod'

/** `{key}` whole key, `{rest}` what follows the namespace, `{0}`, `{1}` ... its colon-separated parts (0 = namespace). */
const template = z
  .string()
  .min(1)
  .max(2_048)
  .refine((text) => {
    try {
      const url = new URL(text.replaceAll(/\{[a-z0-9]+\}/g, 'x'))
      return url.protocol === 'http:' || url.protocol === 'https:'
    } catch {
      return false
    }
  }, 'a URL template is an absolute http or https URL')
  .refine((text) => {
    const host = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1] ?? ''
    return !host.includes('{')
  }, 'a placeholder may not stand in the host: a key would choose where we connect')
  .refine(
    (text) => [...text.matchAll(/\{([^}]*)\}/g)].every((match) => /^(key|rest|\d)$/.test(match[1] ?? '')),
    'placeholders are {key}, {rest} and {0} to {9}',
  )
  .refine((text) => !text.includes('#'), 'a fragment is never sent: keys that differ only there would share one value')
  .refine(
    (text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text),
    'no user or password in the URL: it would be stored and shown as plain text; use a secret header',
  )

export const OriginHeader = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'not a header name')
    .refine((name) => !/^(host|content-length|transfer-encoding|connection|expect|upgrade)$/i.test(name), {
      message: 'this header belongs to the transport',
    }),
  /** Plain text from a form; sealed text (see access/secrets.ts) once stored, when `secret` is set. */
  value: z
    .string()
    .max(8_192)
    .regex(/^[^\r\n\0]*$/, 'a header holds no CR, LF or NUL'),
  secret: z.boolean().default(false),
})

const batchUrl = template.refine(
  (text) => !text.includes('{'),
  'a batch URL stands for many keys and holds no placeholder',
)

/** How a namespace is read through: an HTTP origin with its guard. All times in milliseconds. */
export const OriginConfig = z.object({
  kind: z.literal('http').default('http'),
  url: template,
  headers: z.array(OriginHeader).max(32).default([]),
  /** A stale value is served when a load takes longer than this; the load goes on. */
  softTimeoutMs: z.number().int().min(1).max(60_000).default(200),
  /** One attempt. */
  attemptTimeoutMs: z.number().int().min(1).max(60_000).default(2_000),
  /** The load as a whole, retries and queueing included; then its waiters and its slot are released. */
  deadlineMs: z.number().int().min(1).max(120_000).default(5_000),
  /** Further attempts after a failed one, with decorrelated jitter. */
  retries: z.number().int().min(0).max(5).default(2),
  maxConcurrency: z.number().int().min(1).max(1_000).default(32),
  /** Loads that may wait for a slot; one more is refused with `origin_unavailable`. */
  maxQueue: z.number().int().min(0).max(100_000).default(1_000),
  /** Requests per second of one node to this origin; null: no cap. */
  ratePerSecond: z.number().int().min(1).max(1_000_000).nullable().default(null),
  /** The breaker opens after this many failures in a row and half-opens after `breakerOpenMs`. */
  breakerFailures: z.number().int().min(1).max(1_000).default(10),
  breakerOpenMs: z.number().int().min(10).max(600_000).default(5_000),
  /** Batch form: see origins/batch-form.ts for what is sent and expected. */
  batch: z
    .object({ url: batchUrl, maxKeys: z.number().int().min(2).max(1_000).default(100) })
    .nullable()
    .default(null),
})
export type OriginConfig = z.infer<typeof OriginConfig>
