/**
 * Decodes base64 (RFC 4648, padded); null when the text is anything else. `Buffer.from` alone skips what it does not
 * know, so that a damaged value would be cached as a shorter one.
 */
export function decodeBase64(text: string): Buffer | null {
  // One class, no groups: a group repeated over a body of some megabytes overflows the expression's stack.
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  return Buffer.from(text, 'base64')
}
