import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RECIPES, withFiles } from './with-files.mjs'

test('docs/recipes.md shows the files as they are (else: node packages/recipes/src/docs/embed-files.mjs)', () => {
  const shown = readFileSync(RECIPES, 'utf8')
  expect(shown).toBe(withFiles(shown))
  expect(shown.match(/^```(?:ts|js)$/gm)).toHaveLength(8)
})

test('a file that is shown as it was before is not what it is now', () => {
  const shown = readFileSync(RECIPES, 'utf8')
  const altered = shown.replace('app.use(express.json())', 'app.use(express.text())')
  expect(altered).not.toBe(shown)
  expect(withFiles(altered)).toBe(shown)
})
