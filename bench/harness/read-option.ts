/**
 * What was given for `--name`, as a number from 0 on. A bench that takes a typing error for a number measures nothing and
 * says that all is well.
 *
 * @throws TypeError when it is none.
 */
export function numberOption(name: string, text: string): number {
  const n = Number(text)
  if (text.trim() === '' || !Number.isFinite(n) || n < 0) throw new TypeError(`--${name} is a number, not "${text}"`)
  return n
}

/** Names in a list, `a,b`; none of an empty text. */
export function listOption(text: string): string[] {
  return text.split(',').filter(Boolean)
}
