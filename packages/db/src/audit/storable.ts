/** Longest text that an index of PostgreSQL takes in any script, with room to spare: a B-tree row has 2,704 bytes. */
const MAX_INDEXED_CHARS = 500
const MAX_CHARS = 10_000

/**
 * A text as PostgreSQL can keep it: text and jsonb know neither NUL nor lone surrogates, both of which JSON can say.
 * One invalidation with a NUL in its reason would otherwise stop the archive for ever, and with it the log's trimming.
 */
export function storableText(text: string): string {
  return text.slice(0, MAX_CHARS).toWellFormed().replaceAll('\u0000', '\ufffd')
}

/** For columns that are indexed. */
export function storableName(text: string): string {
  return storableText(text.slice(0, MAX_INDEXED_CHARS))
}

/** The same for all that is in a JSON value. */
export function storableJson(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storableJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [storableText(name), storableJson(member)]),
  )
}
