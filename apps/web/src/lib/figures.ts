/** What stands where a figure is not known: no reads, so no ratio. */
export const UNKNOWN = '–'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A number with three significant digits at most: 0.42, 7.1, 86, 1,240, 12.4k, 3.1M. */
export function formatCount(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${trim(value / 1e9)}G`
  if (size >= 1e6) return `${trim(value / 1e6)}M`
  if (size >= 1e4) return `${trim(value / 1e3)}k`
  if (size >= 100) return Math.round(value).toLocaleString('en-US')
  return trim(value)
}

/** A share from 0 to 1 as per cent. Near 100 it keeps a digit more, for there the difference is many misses. */
export function formatRatio(value: number | null): string {
  if (value === null) return UNKNOWN
  const percent = value * 100
  const digits = percent > 99 && percent < 100 ? 2 : 1
  // 99.997 would round to a clean 100, which it is not.
  const shown = value < 1 ? Math.min(percent, 99.99) : percent
  return `${shown.toFixed(shown === 100 || shown === 0 ? 0 : digits)} %`
}

/** A latency in milliseconds; under one millisecond in microseconds. */
export function formatLatency(ms: number | null): string {
  if (ms === null) return UNKNOWN
  if (ms === 0) return '0 ms'
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`
  if (ms < 1_000) return `${trim(ms)} ms`
  return `${trim(ms / 1_000)} s`
}

/** A span of time in its largest fitting unit: 250 ms, 30 s, 5 min, 2 h, 1 d; two units where the first is small. */
export function formatSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < MINUTE_MS) return `${trim(ms / 1_000)} s`
  if (ms < HOUR_MS) return pair(ms, MINUTE_MS, 'min', 1_000, 's')
  if (ms < DAY_MS) return pair(ms, HOUR_MS, 'h', MINUTE_MS, 'min')
  return pair(ms, DAY_MS, 'd', HOUR_MS, 'h')
}

/** A size in bytes with binary units. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes
  let unit = 0
  while (size >= 1_024 && unit < units.length - 1) {
    size /= 1_024
    unit += 1
  }
  return `${trim(size)} ${units[unit]}`
}

function trim(value: number): string {
  const size = Math.abs(value)
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2
  return String(Number(value.toFixed(digits)))
}

function pair(ms: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const whole = Math.floor(ms / largeMs)
  const rest = Math.floor((ms % largeMs) / smallMs)
  return rest === 0 || whole >= 10 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`
}
