/** With so many digits after the point, and thousands apart. */
export function fixed(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export function percent(share: number, digits = 1): string {
  return `${fixed(100 * share, digits)}%`
}

export function mebibytes(bytes: number, digits = 1): string {
  return fixed(bytes / 2 ** 20, digits)
}
