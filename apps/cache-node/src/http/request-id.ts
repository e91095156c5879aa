import { randomBytes } from 'node:crypto'

/** Request ids: what the caller sent when it is harmless, else one of ours. */
export interface RequestIds {
  next(): string
}

/** Unique per process and cheap: a random prefix and a counter (a UUID per request costs more than the lookup). */
export function createRequestIds(): RequestIds {
  const prefix = randomBytes(6).toString('base64url')
  let count = 0
  return { next: () => `${prefix}-${(++count).toString(36)}` }
}

/** A caller's id, or null: it goes into logs and headers, so only plain characters, at most 64. */
export function readRequestId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header) ? header : null
}
