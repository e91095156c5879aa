import { expect, test } from 'vitest'
import { isStorable } from './storable.ts'

test.each([
  ['plain', true],
  ['größe 🙂', true],
  ['a\u0000', false],
  ['\ud800', false],
  [{ list: [{ deep: 'a\u0000' }] }, false],
  [{ 'a\u0000': 1 }, false],
  [{ list: [1, null, true, 'a'] }, true],
])('%j can be stored: %s', (value, storable) => {
  expect(isStorable(value)).toBe(storable)
})
