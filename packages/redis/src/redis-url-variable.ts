import { z } from 'zod'
import { parseRedisUrl } from './redis-url.ts'

/** An environment variable with the address of a Redis (`parseRedisUrl`); it stays a text. */
export const RedisUrlVariable = z.string().superRefine((text, context) => {
  try {
    parseRedisUrl(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
  }
})

/**
 * Throws when a connection of production would take any certificate: whoever stands in between could then read the
 * password, and answer polls in the log's place.
 * @param variables by name; those that are not set are passed over.
 */
export function requireVerifiedTls(environment: string, variables: Readonly<Record<string, string | undefined>>): void {
  if (environment !== 'production') return
  for (const [name, url] of Object.entries(variables))
    if (url !== undefined && parseRedisUrl(url).tls?.rejectUnauthorized === false)
      throw new Error(`${name}: rejectUnauthorized=false has no place in production; name the authority by ca=<file>`)
}
