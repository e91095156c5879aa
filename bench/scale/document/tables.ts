import { markdownTable } from '../../harness/markdown-table.ts'

/** A figure's table stands between two comments that name it, and nowhere else. */
const begin = (name: string) => `<!-- figures: ${name} -->`
const END = '<!-- end of figures -->'

/** The text of the table of that name; null when the document has none. */
function tableIn(document: string, name: string): string | null {
  const from = document.indexOf(begin(name))
  const to = document.indexOf(END, from)
  return from < 0 || to < 0 ? null : document.slice(from + begin(name).length, to)
}

/** The names of a table's columns, as the document has them; null when it has no such table. */
export function columnsIn(document: string, name: string): string[] | null {
  const [head = ''] = tableIn(document, name)?.trim().split('\n') ?? []
  return head.startsWith('|')
    ? head
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : null
}

/** Number of rows of the table; 0 when there is none. */
export function rowsIn(document: string, name: string): number {
  return Math.max(0, (tableIn(document, name)?.trim().split('\n').length ?? 0) - 2)
}

/** The names of all tables in the document. */
export function tablesIn(document: string): string[] {
  return [...document.matchAll(/<!-- figures: (\S+) -->/g)].map(([, name = '']) => name)
}

/** Puts a table in its place. Throws when the document has no such place. */
export function putTable(
  document: string,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const table = tableIn(document, name)
  if (table === null) throw new Error(`the document has no place for ${name}`)
  return document.replace(begin(name) + table + END, () => `${begin(name)}\n${markdownTable(columns, rows)}\n${END}`)
}
