import type { IncomingHttpHeaders } from 'node:http'

/** One field's value; a field that came several times is one list (RFC 9110, section 5.2). */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
