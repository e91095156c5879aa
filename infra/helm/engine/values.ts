/**
 * A value in a template, as Go has it. YAML's numbers are float64 there, as in JSON; whole numbers come only from
 * literals and functions: a `number` is a float64, a `bigint` an int. The difference is seen: the float64 268435456
 * prints as 2.68435456e+08, which no program reads as a number of bytes.
 */
export type Value = string | number | bigint | boolean | null | undefined | Value[] | Mapping | Method
export interface Mapping {
  [key: string]: Value
}
type Method = (...args: Value[]) => Value

export function isMapping(value: Value): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What `if` and `default` take for false: nothing, zero, and whatever is empty. */
export function isEmpty(value: Value): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  if (isMapping(value)) return Object.keys(value).length === 0
  return value === false || value === '' || value === 0 || value === 0n
}

/** As fmt.Sprint writes it. Helm takes "<no value>" out again, so nothing prints as nothing. */
export function print(value: Value): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return printFloat(value)
  // Go prints `map[a:b]` and `[a b]`, which are no YAML: somebody forgot toYaml.
  if (typeof value === 'object') throw new TypeError(`prints a ${kindOf(value)}; use toYaml`)
  if (typeof value === 'function') throw new TypeError('prints a method')
  return String(value)
}

/** Verb %v of a float64: the shortest digits, with an exponent from 10^6 on and below 10^-4. */
function printFloat(value: number): string {
  if (value === 0) return '0'
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** The name that Go gives to a value's kind. */
export function kindOf(value: Value): string {
  if (value === null || value === undefined) return 'invalid'
  if (Array.isArray(value)) return 'slice'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return 'float64'
    case 'bigint':
      return 'int'
    case 'function':
      return 'func'
    default:
      return 'map'
  }
}

/** Basic equality: values of different kinds cannot be compared, and Go refuses to, float64 and int included. */
export function equals(a: Value, b: Value): boolean {
  const [kindA, kindB] = [kindOf(a), kindOf(b)]
  if (kindA === 'invalid' || kindB === 'invalid') return kindA === kindB
  if (kindA !== kindB || ['map', 'slice', 'func'].includes(kindA))
    throw new TypeError(`incompatible types for comparison: ${kindA} and ${kindB}`)
  return a === b
}

/** Order of two numbers or two strings of one kind. */
export function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b
  if (typeof a === 'string' && typeof b === 'string') return a < b
  throw new TypeError(`incompatible types for comparison: ${kindOf(a)} and ${kindOf(b)}`)
}
