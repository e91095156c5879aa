/** Characters with which spreadsheets let a formula begin: a key named `=cmd|...` must not run on an auditor's desk. */
const FORMULA = /^[=+\-@\t\r]/

/** One line of CSV (RFC 4180), its end included. Values that are no text are written as JSON; null is an empty cell. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
