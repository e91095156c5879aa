// node packages/recipes/src/docs/embed-files.mjs: puts the files that docs/recipes.md names into it, as they are now.
import { readFileSync, writeFileSync } from 'node:fs'
import { RECIPES, withFiles } from './with-files.mjs'

writeFileSync(RECIPES, withFiles(readFileSync(RECIPES, 'utf8')))
