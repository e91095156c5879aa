/** A piece of a template: text as it stands, or the path of a payload field. */
export type TemplatePart = { text: string } | { path: readonly string[] }

const PLACEHOLDER = /\{([^{}]*)\}/g
const PATH = /^[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,7}$/

/**
 * Takes a template such as `order:{order.id}` apart, or says what is wrong with it: a brace without its other half, or
 * one that holds no path of 1 to 8 names. A rule that could never be filled must be refused when it is written, not found
 * out when its event comes.
 */
export function parseEventTemplate(template: string): readonly TemplatePart[] | { fault: string } {
  const parts: TemplatePart[] = []
  let from = 0
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, path = ''] = match
    if (!PATH.test(path)) return { fault: `{${path}} is not a field's path, such as {order.id}` }
    if (match.index > from) parts.push({ text: template.slice(from, match.index) })
    parts.push({ path: path.split('.') })
    from = match.index + whole.length
  }
  if (from < template.length) parts.push({ text: template.slice(from) })
  const unpaired = parts.some((part) => 'text' in part && /[{}]/.test(part.text))
  return unpaired ? { fault: 'a brace stands for the beginning or the end of a field' } : parts
}

/** What one template came to: texts, one per combination of list elements; or the field that could not be filled in. */
export type Filled = { texts: readonly string[] } | { missing: string } | { tooMany: number }

/**
 * Fills a template from an event's payload. A field that holds a list gives one text per element, and a path goes through
 * lists: `{items.sku}` names every item's sku. An empty list gives no text, which is not the same as a missing field.
 * `quote` makes a value stand for itself; `limit`: texts at most.
 */
export function fillEventTemplate(
  parts: readonly TemplatePart[],
  payload: Readonly<Record<string, unknown>>,
  quote: (value: string) => string,
  limit: number,
): Filled {
  let texts = ['']
  for (const part of parts) {
    if ('text' in part) {
      texts = texts.map((text) => text + part.text)
      continue
    }
    const values = valuesAt(payload, part.path)
    if (values === null) return { missing: part.path.join('.') }
    // Counted before it is made: two lists of ten thousand would be a hundred million texts.
    if (texts.length * values.length > limit) return { tooMany: texts.length * values.length }
    texts = texts.flatMap((text) => values.map((value) => text + quote(value)))
  }
  return { texts }
}

/** Lists within lists that a path goes through; a payload of nothing but brackets must not exhaust the stack. */
const MAX_LIST_DEPTH = 8

/** The texts at a path, each once; null when it leads nowhere or to what is no text, number or truth value. */
function valuesAt(value: unknown, path: readonly string[], listDepth = 0): readonly string[] | null {
  if (Array.isArray(value)) {
    if (listDepth === MAX_LIST_DEPTH) return null
    const found = new Set<string>()
    for (const element of value) {
      const texts = valuesAt(element, path, listDepth + 1)
      if (texts === null) return null
      for (const text of texts) found.add(text)
    }
    return [...found]
  }
  const [name, ...rest] = path
  if (name === undefined) return textOf(value)
  // Own members only: {constructor.name} is no field of anybody's payload.
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null
  return valuesAt((value as Record<string, unknown>)[name], rest, listDepth)
}

function textOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return value === '' ? null : [value]
  if (typeof value === 'boolean') return [String(value)]
  return typeof value === 'number' && isExact(value) ? [String(value)] : null
}

/** An id of more digits than a number holds has lost some on the way here, and 1e-7 or NaN are no names of anything. */
function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && !String(value).includes('e')
}
