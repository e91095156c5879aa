import { AppError } from '../errors/app-error.ts'
import { namespaceOf } from '../keys/cache-key.ts'

/** Renders the absolute URL of a key. Throws AppError `invalid` for a key that does not fit the template. */
export type UrlTemplate = (key: string) => string

const PLACEHOLDER = /\{(key|rest|\d)\}/g

/**
 * Compiles a URL template: `{key}` is the whole key, `{rest}` what follows the namespace, `{0}` to `{9}` its
 * colon-separated parts (0 = namespace).
 *
 * Whatever the key, the URL keeps the template's scheme, host, port, and its number of path segments and parameters:
 * every byte outside RFC 3986's unreserved set is percent-encoded, and what encoding cannot tame is refused (`..`, which
 * URL parsers resolve even as `%2e%2e`; an empty part, by which `/users/{1}` would become the list of all users).
 */
export function compileTemplate(template: string): UrlTemplate {
  const placeholders: string[] = []
  // Marks survive URL parsing unchanged wherever a placeholder may stand, so the literal text around them can be
  // normalised once, here, and not for every key.
  const mark = chooseMark(template)
  const marked = template.replaceAll(PLACEHOLDER, (_, name: string) => {
    placeholders.push(name)
    return mark
  })
  const literals = new URL(marked).href.split(mark)
  if (literals.length !== placeholders.length + 1) throw new Error(`not a usable URL template: ${template}`)

  return (key) => {
    let url = literals[0] ?? ''
    placeholders.forEach((name, index) => {
      url += encodePart(partOf(key, name), name) + (literals[index + 1] ?? '')
    })
    if (hasDotSegment(pathOf(url))) throw misfit('would leave its place in the URL of its origin')
    return url
  }
}

function chooseMark(template: string): string {
  // `z` only at its head: no tail of the text before it can complete a second mark.
  let mark = 'zplaceholder'
  while (template.includes(mark)) mark += 'r'
  return mark
}

function partOf(key: string, name: string): string {
  if (name === 'key') return key
  const namespace = namespaceOf(key)
  const rest = key.startsWith(`${namespace}:`) ? key.slice(namespace.length + 1) : key
  if (name === 'rest') return rest
  return name === '0' ? namespace : (rest.split(':')[Number(name) - 1] ?? '')
}

function encodePart(part: string, name: string): string {
  if (part === '') throw misfit(`has no part {${name}}, which the URL of its origin needs`)
  if (!part.isWellFormed()) throw misfit('is not well-formed UTF-8')
  return encodeURIComponent(part).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return url.slice(url.indexOf('/', url.indexOf('//') + 2), end < 0 ? undefined : end)
}

/**
 * Looks at the rendered path and not at the parts alone: `/v.{1}` and the part `.` complete each other. Encoded slashes
 * separate, too, because some servers decode them first and resolve dots only then.
 */
function hasDotSegment(path: string): boolean {
  return path.split(/\/|%2f|%5c/i).some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
}

function misfit(what: string): AppError {
  return new AppError('invalid', `The key ${what}`, { field: 'key' })
}
