import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { buildLibrary } from './build-library.mjs'

// Each starts a compiler, on a machine that may have others to do.
vi.setConfig({ testTimeout: 30_000 })

/** @type {string} */
let folder
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'freshet-library-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const TSCONFIG = { strict: true, module: 'esnext', moduleResolution: 'bundler', allowImportingTsExtensions: true }

/** @param {Record<string, string>} files @param {object} [manifest] */
function write(files, manifest) {
  const exports = { '.': './src/index.ts' }
  const publishConfig = { exports: { '.': './dist/index.js', './package.json': './package.json' } }
  const all = {
    'package.json': JSON.stringify({ type: 'module', exports, publishConfig, ...manifest }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { ...TSCONFIG, noEmit: true, types: [] }, include: ['src'] }),
    ...files,
  }
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
}

/** @param {string} name */
const installed = (name) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.2.3', license: 'MIT', main: 'index.js' }),
  [`node_modules/${name}/index.js`]: `export const said = '${name} says'`,
  [`node_modules/${name}/index.d.ts`]: 'export declare const said: string',
})
const read = (/** @type {string} */ file) => readFileSync(path.join(folder, 'dist', file), 'utf8')

test('what its users install stays an import, in code and declarations; its own files are built in', async () => {
  const index = "export { said } from 'beside'\nexport { own } from './own.ts'\n"
  const own = "export const own = 'here' as const\n"
  write({ ...installed('beside'), 'src/index.ts': index, 'src/own.ts': own }, { peerDependencies: { beside: '1' } })
  await buildLibrary(folder)
  expect(read('index.js')).toMatch(/from "beside"/)
  expect(read('index.js')).toMatch(/"here"/)
  expect(read('index.d.ts')).toMatch(/from 'beside'/)
  expect(read('index.d.ts')).toMatch(/own: "here"/)
  expect(existsSync(path.join(folder, 'dist/third-party-licences.txt'))).toBe(false)
})

test('declarations that need a package which its users do not install are not built', async () => {
  const index = "import type { said } from 'within'\nexport declare const told: typeof said\n"
  write({ ...installed('within'), 'src/index.ts': index })
  await expect(buildLibrary(folder)).rejects.toThrow('index.d.ts needs within, which its users do not install')
})

test('a licence travels with code that is built in', async () => {
  const index = "import { said } from 'within'\nexport const told: string = said\n"
  write({ ...installed('within'), 'node_modules/within/LICENSE': 'Do as you like.', 'src/index.ts': index })
  await buildLibrary(folder)
  expect(read('index.js')).toMatch(/within says/)
  expect(read('third-party-licences.txt')).toBe('within 1.2.3 (MIT)\n\nDo as you like.')
})

test('code without a licence is not built in', async () => {
  const index = "import { said } from 'within'\nexport const told: string = said\n"
  write({ ...installed('within'), 'src/index.ts': index })
  await expect(buildLibrary(folder)).rejects.toThrow('within is built in, and has no licence')
})

test('entries share one copy of what they share, and what only the workspace sees is none of them', async () => {
  write(
    {
      'src/index.ts': "export { Shared } from './shared.ts'\n",
      'src/other.ts': "export { Shared } from './shared.ts'\nexport const b = 2\n",
      'src/shared.ts': 'export class Shared { readonly a = 1 }\n',
    },
    {
      exports: { '.': './src/index.ts', './other': './src/other.ts', './testing/*': './src/testing/*.ts' },
      publishConfig: { exports: { '.': './dist/index.js', './other': './dist/other.js' } },
    },
  )
  await buildLibrary(folder)
  const [shared = ''] = readdirSync(path.join(folder, 'dist/shared')).filter((file) => file.endsWith('.js'))
  expect(read(`shared/${shared}`)).toMatch(/class/)
  for (const entry of ['index.js', 'other.js']) expect(read(entry)).not.toMatch(/class/)
})

test('what was built before and is no longer part of it is gone', async () => {
  write({ 'src/index.ts': 'export const a = 1\n', 'dist/old.js': '' })
  await buildLibrary(folder)
  expect(readdirSync(path.join(folder, 'dist')).sort()).toEqual(['index.d.ts', 'index.js', 'index.js.map'])
})
