import { createHash } from 'node:crypto'
import { parse, stringify } from 'yaml'
import type { Functions } from './evaluate.ts'
import { equals, isEmpty, isLess, isMapping, kindOf, type Mapping, print, type Value } from './values.ts'

const text = (value: Value) => print(value)
const whole = (value: Value): bigint => {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return BigInt(Math.trunc(value))
  if (typeof value === 'boolean') return value ? 1n : 0n
  // Sprig's int64 makes 0 of what is no number; here it is a fault of the chart.
  return BigInt(text(value))
}
const mapping = (value: Value): Mapping => {
  if (!isMapping(value)) throw new TypeError(`wrong type for value; expected map, got ${kindOf(value)}`)
  return value
}
const list = (value: Value): Value[] => {
  if (!Array.isArray(value)) throw new TypeError(`wrong type for value; expected list, got ${kindOf(value)}`)
  return value
}
const indent = (spaces: Value, body: Value) => text(body).replaceAll(/^/gm, ' '.repeat(Number(whole(spaces))))

/** What text/template brings along. `and` and `or` are the evaluator's: they leave arguments out. */
const ofGo: Functions = {
  not: (value) => isEmpty(value),
  eq: (value, ...others) => others.some((other) => equals(value, other)),
  ne: (a, b) => !equals(a, b),
  lt: isLess,
  le: (a, b) => !isLess(b, a),
  gt: (a, b) => isLess(b, a),
  ge: (a, b) => !isLess(a, b),
  len: (value) => BigInt(typeof value === 'string' ? Buffer.byteLength(value) : Object.keys(value ?? {}).length),
  index: (value, ...keys) =>
    keys.reduce((found, key) => (Array.isArray(found) ? found[Number(key)] : mapping(found)[text(key)]), value),
  printf: (format, ...args) => printf(text(format), args),
}

/** What the chart uses of sprig 3, as sprig does it; `quote` leaves nothing out of nothing, `default` looks at emptiness. */
const ofSprig: Functions = {
  default: (fallback, value) => (isEmpty(value) ? fallback : value),
  empty: (value) => isEmpty(value),
  coalesce: (...values) => values.find((value) => !isEmpty(value)),
  ternary: (yes, no, condition) => (condition === true ? yes : no),
  quote: (...values) =>
    values.flatMap((value) => (kindOf(value) === 'invalid' ? [] : JSON.stringify(text(value)))).join(' '),
  toString: (value: Value) => text(value),
  int64: whole,
  int: whole,
  add: (...values) => values.reduce<bigint>((sum, value) => sum + whole(value), 0n),
  sub: (a, b) => whole(a) - whole(b),
  mul: (first, ...rest) => rest.reduce<bigint>((product, value) => product * whole(value), whole(first)),
  div: (a, b) => whole(a) / whole(b),
  trunc: (length, value) => text(value).slice(0, Number(whole(length))),
  trimSuffix: (suffix, value) =>
    text(value).endsWith(text(suffix)) ? text(value).slice(0, text(value).length - text(suffix).length) : text(value),
  replace: (old, fresh, value) => text(value).replaceAll(text(old), () => text(fresh)),
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  join: (separator, values) => list(values).map(text).join(text(separator)),
  list: (...values) => values,
  append: (values, value) => [...list(values), value],
  has: (value, values) => list(values).includes(value),
  dict: (...pairs) =>
    Object.fromEntries(
      pairs.flatMap((key, at): [string, Value][] => (at % 2 === 0 ? [[text(key), pairs[at + 1]]] : [])),
    ),
  hasKey: (map, key) => Object.hasOwn(mapping(map), text(key)),
  omit: (map, ...keys) => {
    const left = keys.map(text)
    return Object.fromEntries(Object.entries(mapping(map)).filter(([key]) => !left.includes(key)))
  },
  kindIs: (kind, value) => kindOf(value) === kind,
  indent,
  nindent: (spaces, body) => `\n${indent(spaces, body)}`,
  b64enc: (value) => Buffer.from(text(value)).toString('base64'),
  sha256sum: (value) => createHash('sha256').update(text(value)).digest('hex'),
  fail: (message) => {
    throw new Error(text(message))
  },
}

/** What Helm adds, but for `include`, which needs the templates. */
const ofHelm: Functions = {
  // YAML 1.1, as Kubernetes reads it: there `on` is a boolean and must be quoted to be text.
  toYaml: (value) =>
    stringify(value ?? null, { version: '1.1', sortMapEntries: true, lineWidth: 0 }).replace(/\n$/, ''),
  fromYaml: (value) => parse(text(value), { version: '1.1' }),
  toJson: (value) =>
    JSON.stringify(value ?? null, (_, inner) => {
      if (typeof inner === 'bigint') return Number(inner)
      // Go writes a map's keys in their order.
      return isMapping(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner
    }),
  required: (message, value) => {
    if (value === null || value === undefined || value === '') throw new Error(text(message))
    return value
  },
}

export const functions: Functions = { ...ofGo, ...ofSprig, ...ofHelm }

/** The verbs %s, %d, %v and %q, without flags. */
function printf(format: string, args: Value[]): string {
  const rest = [...args]
  const written = format.replaceAll(/%(.)/g, (_, verb: string) => {
    if (verb === '%') return '%'
    if (rest.length === 0) throw new TypeError(`printf "${format}": too few arguments`)
    const value = rest.shift()
    if (verb === 'd' && typeof value !== 'bigint') throw new TypeError(`printf %d of a ${kindOf(value)}`)
    if (verb === 's' && typeof value !== 'string') throw new TypeError(`printf %s of a ${kindOf(value)}`)
    if (verb === 'q') return JSON.stringify(text(value))
    if (!['d', 's', 'v'].includes(verb)) throw new TypeError(`printf %${verb} is not supported`)
    return text(value)
  })
  if (rest.length > 0) throw new TypeError(`printf "${format}": too many arguments`)
  return written
}
