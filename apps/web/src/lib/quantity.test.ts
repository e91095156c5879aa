import { expect, test } from 'vitest'
import { joinQuantity, type QuantityKind, quantityUnits, splitQuantity } from './quantity'

test.each<[number, QuantityKind, string, string]>([
  [60_000, 'duration', '1', 'min'],
  [90_000, 'duration', '90', 's'],
  [250, 'duration', '250', 'ms'],
  [0, 'duration', '0', 's'],
  [86_400_000, 'duration', '1', 'd'],
  [8 * 1_048_576, 'bytes', '8', 'MiB'],
  [4_097, 'bytes', '4097', 'B'],
  [0.07, 'share', '7', '%'],
  [32, 'count', '32', ''],
])('%d as a %s reads %s %s', (value, kind, text, unit) => {
  const split = splitQuantity(value, kind)
  expect([split.text, split.unit.label]).toEqual([text, unit])
})

test('what is shown is what is stored, for every unit', () => {
  for (const kind of Object.keys(quantityUnits) as QuantityKind[]) {
    for (const value of [0, 0.07, 0.3, 1, 999, 1_000, 90_000, 3_600_000, 1_234_567]) {
      const { text, unit } = splitQuantity(value, kind)
      expect(joinQuantity(text, unit)).toBeCloseTo(value, 9)
    }
  }
})

test('text that is no number is stored as no number', () => {
  expect(joinQuantity('', quantityUnits.count[0])).toBeNaN()
  expect(joinQuantity('1e', quantityUnits.count[0])).toBeNaN()
  expect(splitQuantity(Number.NaN, 'duration').text).toBe('')
})
