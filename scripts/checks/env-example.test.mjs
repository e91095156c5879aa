import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { CHECKOUT } from '../platform/checkout.mjs'
import { PORT_VARIABLES } from '../platform/options.mjs'
import { trackedSources } from './tracked-sources.mjs'

const read = (/** @type {string} */ file) => readFileSync(path.join(CHECKOUT, file), 'utf8')

/** Variables of the programs (in every env.ts) and of the bootstrap. */
const known = new Set([
  ...trackedSources(CHECKOUT)
    .filter((file) => path.basename(file) === 'env.ts')
    .flatMap((file) => [...read(file).matchAll(/^ {6}([A-Z][A-Z0-9_]+)(?::|,$)/gm)].map(([, name]) => name)),
  ...Object.values(PORT_VARIABLES),
  'FRESHET_NODES',
  'FRESHET_DATA_DIR',
])
const explained = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name)

test('.env.example explains every variable that a program reads', () => {
  expect(known.size).toBeGreaterThan(50)
  expect([...known].filter((name) => !explained.includes(name))).toEqual([])
})

test('.env.example names no variable that nobody reads', () => {
  expect(explained.filter((name) => !known.has(name))).toEqual([])
})

test('.env.example names each variable once', () => {
  expect(explained).toEqual([...new Set(explained)])
})
