import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { expect, test } from 'vitest'
import { FIGURES } from '../figures/catalogue.ts'
import { columnsIn, rowsIn, tablesIn } from './tables.ts'

const document = readFileSync(path.join(CHECKOUT, 'docs/scale.md'), 'utf8')

test('docs/scale.md has the tables that the command prints, and no others', () => {
  expect(tablesIn(document).toSorted()).toEqual(Object.keys(FIGURES).toSorted())
})

test.each(Object.entries(FIGURES))('its table %s has the columns of what the command prints', (name, { columns }) => {
  expect(columnsIn(document, name)).toEqual(columns)
  expect(rowsIn(document, name)).toBeGreaterThan(0)
})
