/** A wrong option: its text says which and why, and is all that is printed. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

interface Bounds {
  min?: number
  max?: number
}

/** A number within bounds. */
export function numberOption(
  name: string,
  text: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds = {},
): number {
  const n = Number(text)
  if (text.trim() === '' || !Number.isFinite(n)) throw new OptionError(`--${name} is a number, not "${text}"`)
  if (n < min || n > max)
    throw new OptionError(`--${name} is ${n < min ? `at least ${min}` : `at most ${max}`}, not ${n}`)
  return n
}

/** A whole number within bounds. */
export function countOption(name: string, text: string, bounds: Bounds = { min: 1 }): number {
  const n = numberOption(name, text, bounds)
  if (!Number.isInteger(n)) throw new OptionError(`--${name} is a whole number, not ${n}`)
  return n
}

const UNITS: Record<string, number> = { '': 1, b: 1, kb: 1024, mb: 1024 ** 2 }

/** Bytes: `900`, `2kb`, `1.5mb`. */
export function bytesOption(name: string, text: string): number {
  const [, digits = '', unit = ''] = /^([\d.]+)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (digits === '' || factor === undefined)
    throw new OptionError(`--${name} is a size such as 900, 2kb or 1mb, not "${text}"`)
  return Math.round(numberOption(name, digits, { min: 0 }) * factor)
}

/** A share: `0.001` or `0.1%`. */
export function shareOption(name: string, text: string): number {
  const isPercent = text.trim().endsWith('%')
  const n = numberOption(name, isPercent ? text.trim().slice(0, -1) : text, { max: isPercent ? 100 : 1 })
  return isPercent ? n / 100 : n
}

const NAMESPACE = /^[^:\s*?[\]\\]{1,64}$/

/** Namespaces, `a,b`: parts of keys before the first colon. */
export function namespacesOption(name: string, text: string): string[] {
  const names = text.split(',').map((part) => part.trim())
  const wrong = names.find((one) => !NAMESPACE.test(one))
  if (wrong !== undefined)
    throw new OptionError(`--${name} names namespaces, without colons and spaces, not "${wrong}"`)
  return names
}

/** Shares of operations, `read=90,write=5,invalidate=5`, as fractions of 1. */
export function mixOption<T extends string>(name: string, text: string, known: readonly T[]): Record<T, number> {
  const given = new Map(
    text.split(',').map((part): [string, number] => {
      const [operation = '', weight = ''] = part.split('=').map((side) => side.trim())
      if (!known.some((one) => one === operation))
        throw new OptionError(`--${name} knows ${known.join(', ')}, not "${operation}"`)
      return [operation, numberOption(`${name} ${operation}`, weight)]
    }),
  )
  const sum = [...given.values()].reduce((total, weight) => total + weight, 0)
  if (sum === 0) throw new OptionError(`--${name} has no operation in it`)
  const shares = known.map((operation): [T, number] => [operation, (given.get(operation) ?? 0) / sum])
  return Object.fromEntries(shares) as Record<T, number>
}
