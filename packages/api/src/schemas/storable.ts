/**
 * Whether PostgreSQL can keep a JSON value: its text and jsonb know neither NUL nor lone surrogates, both of which JSON
 * can say. To be used with zod's `refine`, and `UNSTORABLE` as the message.
 */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000')
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorable(member))
}

export const UNSTORABLE = 'text is well-formed Unicode without NUL'
