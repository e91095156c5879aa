import { expect, test } from 'vitest'
import { columnsIn, putTable, rowsIn, tablesIn } from './tables.ts'

const EMPTY = [
  '# Title',
  '<!-- figures: ring -->',
  '<!-- end of figures -->',
  'text',
  '<!-- figures: index -->',
  '<!-- end of figures -->',
  '',
].join('\n')

test('a table takes its own place, and what stood there before is gone', () => {
  const first = putTable(
    EMPTY,
    'index',
    ['Nodes', 'MiB'],
    [
      ['3', '1'],
      ['5', '2'],
    ],
  )
  const second = putTable(first, 'index', ['Nodes', 'MiB'], [['3', '9']])
  expect(columnsIn(second, 'index')).toEqual(['Nodes', 'MiB'])
  expect(rowsIn(first, 'index')).toBe(2)
  expect(rowsIn(second, 'index')).toBe(1)
  expect(columnsIn(second, 'ring')).toBeNull()
  expect(second).toContain('| 3 | 9 |')
  expect(second.replace(/\|[\s\S]*\|\n/, '')).toBe(EMPTY)
})

test('signs that mean something to a replacement are only signs', () => {
  expect(putTable(EMPTY, 'ring', ['$&'], [["$'"]])).toContain("| $& |\n| --- |\n| $' |")
})

test('a document is asked for its tables, and has no place for another', () => {
  expect(tablesIn(EMPTY)).toEqual(['ring', 'index'])
  expect(() => putTable(EMPTY, 'other', [], [])).toThrow('no place for other')
})
