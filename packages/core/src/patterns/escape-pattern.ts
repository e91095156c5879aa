/** A text as a pattern that matches it alone, or as a part of one: its characters stand for themselves, also in a class. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\*?[\]^-]/g, '\\$&')
}
