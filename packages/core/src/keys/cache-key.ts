import { z } from 'zod'

/** Longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 512
/** Longest namespace, in bytes. A namespace is part of a key, so this also bounds metrics labels. */
export const MAX_NAMESPACE_BYTES = 128
/** Namespace of a key that has no colon. */
export const DEFAULT_NAMESPACE = 'default'

/** Path segments under `/api/cache/` that are routes; a key of that name could be written but never read back. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['keys', 'mget', 'mput'])

/** Why a key was refused; `limit` is set where a number was exceeded. */
export interface KeyFault {
  reason: 'empty' | 'too_long' | 'control_character' | 'reserved' | 'not_well_formed' | 'namespace_too_long'
  limit?: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what a key must not hold
const CONTROL = /[\u0000-\u001f\u007f]/

/**
 * Says what is wrong with a key, or null when it may be used: UTF-8, 1 to 512 bytes, no control characters
 * (they would split headers and log lines), no lone surrogates (they do not survive UTF-8), not a reserved route name.
 */
export function findKeyFault(key: string): KeyFault | null {
  if (key.length === 0) return { reason: 'empty' }
  // A UTF-16 unit takes at least one byte, so a longer string is refused before it is measured.
  if (key.length > MAX_KEY_BYTES || Buffer.byteLength(key) > MAX_KEY_BYTES)
    return { reason: 'too_long', limit: MAX_KEY_BYTES }
  if (CONTROL.test(key)) return { reason: 'control_character' }
  if (!key.isWellFormed()) return { reason: 'not_well_formed' }
  if (RESERVED_KEYS.has(key)) return { reason: 'reserved' }
  if (Buffer.byteLength(namespaceOf(key)) > MAX_NAMESPACE_BYTES)
    return { reason: 'namespace_too_long', limit: MAX_NAMESPACE_BYTES }
  return null
}

/** The part before the first colon; `default` when there is none or when it is empty. */
export function namespaceOf(key: string): string {
  const colon = key.indexOf(':')
  return colon > 0 ? key.slice(0, colon) : DEFAULT_NAMESPACE
}

/** A key at a boundary: HTTP bodies, job payloads. An issue's `params.limit` is the number that was exceeded. */
export const CacheKey = z.string().superRefine((key, ctx) => {
  const fault = findKeyFault(key)
  if (fault) ctx.addIssue({ code: 'custom', message: describeKeyFault(fault), params: { limit: fault.limit } })
})

/** A sentence a caller can act on. */
export function describeKeyFault(fault: KeyFault): string {
  switch (fault.reason) {
    case 'empty':
      return 'a key has at least 1 byte'
    case 'too_long':
      return `a key has at most ${fault.limit} bytes of UTF-8`
    case 'control_character':
      return 'a key holds no control characters'
    case 'not_well_formed':
      return 'a key is well-formed UTF-8'
    case 'reserved':
      return `these keys are route names: ${[...RESERVED_KEYS].join(', ')}`
    case 'namespace_too_long':
      return `the namespace (before the first colon) has at most ${fault.limit} bytes`
  }
}

/** A namespace's name where one is declared: no colon, no glob characters, no control characters. */
export const NamespaceName = z
  .string()
  .min(1)
  .max(MAX_NAMESPACE_BYTES)
  .regex(/^[A-Za-z0-9._-]+$/, 'a namespace is made of letters, digits, dot, dash and underscore')
  // Clients and proxies resolve dot segments away, so /api/namespaces/.. could never be asked for.
  .refine((name) => name !== '.' && name !== '..', 'a namespace is not "." or ".."')
