/** A markdown table; the first columns (one, unless told) to the left, the others, which hold figures, to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], leftColumns = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i < leftColumns ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
