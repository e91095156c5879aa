import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml'

/** A Markdown table of a chart's values: each with its default and the comment above it. */
export function describeValues(source: string): string {
  const { contents } = parseDocument(source)
  if (!isMap(contents)) throw new TypeError('the values are no map')
  const rows = rowsOf(contents, [])
  return ['| Value | Default | Meaning |', '|---|---|---|', ...rows].join('\n')
}

function rowsOf(map: YAMLMap, above: readonly string[]): string[] {
  return map.items.flatMap((pair: Pair, index) => {
    if (!isScalar(pair.key)) throw new TypeError('a key is no scalar')
    const names = [...above, String(pair.key.value)]
    // The comment above a map's first key belongs to the map itself in the parser's eyes.
    const comment = pair.key.commentBefore ?? (index === 0 ? map.commentBefore : null)
    const meaning = (comment ?? '')
      .split('\n')
      .map((line) => line.trim())
      .join(' ')
      .trim()
    const value = pair.value
    const name = `\`${names.join('.')}\``
    if (!isMap(value) || value.items.length === 0 || names.at(-1) === 'resources') {
      const plain =
        isMap(value) || !isScalar(value) ? JSON.stringify((value as YAMLMap).toJSON()) : JSON.stringify(value.value)
      return [`| ${name} | \`${plain}\` | ${escapeCell(meaning)} |`]
    }
    return [...(meaning === '' ? [] : [`| ${name} | | ${escapeCell(meaning)} |`]), ...rowsOf(value, names)]
  })
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
