import { markdownTable } from '../harness/markdown-table.ts'
import type { Tally } from './tally.ts'

/** One contestant's results: race → view → tally. */
export interface Column {
  name: string
  setUp: string
  results: Readonly<Record<string, Readonly<Record<string, Tally>>>>
}

/** A markdown table, a line per read that was judged, and below it how everybody was configured. */
export function renderTable(columns: readonly Column[]): string {
  const head = ['Race', 'Read', ...columns.map(({ name }) => name)]
  const results = columns[0]?.results ?? {}
  const rows = Object.entries(results).flatMap(([race, views]) =>
    Object.keys(views).map((view, i) => [
      i === 0 ? race : '',
      view,
      ...columns.map((column) => renderTally(column.results[race]?.[view])),
    ]),
  )
  const setUps = columns.map(({ name, setUp }) => `- **${name}**: ${setUp}.`)
  return [markdownTable(head, rows, 2), '', ...setUps].join('\n')
}

function renderTally(tally: Tally | undefined): string {
  if (tally === undefined) return ''
  const { stale, trials, marked, errors } = tally
  const asides = [marked > 0 && `${marked} marked stale`, errors > 0 && `${errors} refused`].filter(Boolean)
  return `${stale} of ${trials}${asides.length > 0 ? ` (${asides.join(', ')})` : ''}`
}
