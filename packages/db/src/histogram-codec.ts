import type { HistogramSnapshot } from '@freshet/core/metrics/histogram'

/**
 * A histogram in a few dozen bytes: sum, then for each bucket the distance from the one before and the count, all as
 * LEB128 varints. Counts are exact; the total is their sum. JSON took six times as much, and a day's chart reads
 * thousands of these.
 */
export function encodeHistogram({ sumUs, buckets }: HistogramSnapshot): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  writeVarint(bytes, Math.round(sumUs))
  let previous = 0
  for (const [index, count] of buckets) {
    writeVarint(bytes, index - previous)
    writeVarint(bytes, count)
    previous = index
  }
  return Uint8Array.from(bytes)
}

/** Throws when the bytes end inside a number. */
export function decodeHistogram(bytes: Uint8Array): HistogramSnapshot {
  const cursor = { bytes, at: 0 }
  const sumUs = readVarint(cursor)
  const buckets: [number, number][] = []
  let index = 0
  let total = 0
  while (cursor.at < bytes.length) {
    index += readVarint(cursor)
    const count = readVarint(cursor)
    total += count
    buckets.push([index, count])
  }
  return { count: total, sumUs, buckets }
}

/** Arithmetic and not shifts: sums of microseconds outgrow 32 bits within an hour. */
function writeVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

function readVarint(cursor: { bytes: Uint8Array; at: number }): number {
  let value = 0
  let unit = 1
  for (;;) {
    const byte = cursor.bytes[cursor.at++]
    if (byte === undefined) throw new Error('a stored histogram ends inside a number')
    value += (byte & 0x7f) * unit
    if (byte < 0x80) return value
    unit *= 0x80
  }
}
