import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatLatency, formatRatio, formatSpan } from './figures'

test.each([
  [0, '0'],
  [0.421, '0.42'],
  [7.1, '7.1'],
  [86.44, '86.4'],
  [1_240, '1,240'],
  [12_430, '12.4k'],
  [3_140_000, '3.14M'],
])('the count %d is written %s', (value, text) => {
  expect(formatCount(value)).toBe(text)
})

test.each([
  [null, '–'],
  [0, '0 %'],
  [0.5, '50.0 %'],
  [0.9987, '99.87 %'],
  [0.999_99, '99.99 %'],
  [1, '100 %'],
])('the share %s is written %s, and only a whole is 100', (value, text) => {
  expect(formatRatio(value)).toBe(text)
})

test.each([
  [null, '–'],
  [0.042, '42 µs'],
  [3.456, '3.46 ms'],
  [1_500, '1.5 s'],
])('the latency %s is written %s', (value, text) => {
  expect(formatLatency(value)).toBe(text)
})

test.each([
  [250, '250 ms'],
  [30_000, '30 s'],
  [90_000, '1 min 30 s'],
  [7_200_000, '2 h'],
  [90_000_000, '1 d 1 h'],
])('the span of %d ms is written %s', (value, text) => {
  expect(formatSpan(value)).toBe(text)
})

test('bytes take binary units', () => {
  expect(formatBytes(8 * 1_024 * 1_024)).toBe('8 MiB')
  expect(formatBytes(1_536)).toBe('1.5 KiB')
  expect(formatBytes(12)).toBe('12 B')
})
