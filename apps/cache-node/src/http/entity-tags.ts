/**
 * The tags of an If-Match or If-None-Match field: `*`, a list, or null when the field is missing. Weak prefixes are kept:
 * If-Match compares strongly, If-None-Match weakly (RFC 9110, 8.8.3.2).
 */
export function parseEntityTags(field: string | undefined): readonly string[] | '*' | null {
  if (field === undefined) return null
  if (field.trim() === '*') return '*'
  return [...field.matchAll(/(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"/g)].map((match) => match[0])
}

/** Weak comparison, for If-None-Match. */
export function matchesWeakly(tags: readonly string[] | '*', etag: string): boolean {
  return tags === '*' || tags.some((tag) => tag.replace(/^W\//, '') === etag)
}
