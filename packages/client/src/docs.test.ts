import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const CHECKOUT = path.resolve(import.meta.dirname, '../../..')
const PACKAGE = path.join(CHECKOUT, 'packages/client')
const DOCUMENTS = [path.join(CHECKOUT, 'docs/client.md'), path.join(PACKAGE, 'README.md')]

/** What an application would have beside the client, for snippets that use it. */
const PRELUDE = 'declare function loadUser(id: number): Promise<{ name: string }>\nvoid loadUser\n'

test('every snippet of the documentation compiles as it stands', () => {
  const snippets = DOCUMENTS.flatMap((document) =>
    [...readFileSync(document, 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code),
  )
  expect(snippets.length).toBeGreaterThan(8)
  // Within the checkout, so that packages are found from there.
  mkdirSync(path.join(PACKAGE, 'node_modules'), { recursive: true })
  const folder = mkdtempSync(path.join(PACKAGE, 'node_modules/.snippets-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [i, code] of snippets.entries()) {
    const isWhole = code.includes('declare function')
    writeFileSync(path.join(folder, `snippet-${i}.ts`), isWhole ? code : PRELUDE + code)
  }
  const compilerOptions = {
    paths: {
      '@freshet/client': [path.join(PACKAGE, 'src/index.ts')],
      '@freshet/core/*': [path.join(CHECKOUT, 'packages/core/src/*.ts')],
      msgpackr: [path.join(CHECKOUT, 'apps/cache-node/node_modules/msgpackr')],
    },
    typeRoots: [path.join(PACKAGE, 'node_modules/@types')],
  }
  const extended = path.join(CHECKOUT, 'tsconfig.base.json')
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: extended, compilerOptions, include: ['*.ts'] }),
  )
  const tsc = path.join(CHECKOUT, 'node_modules/.bin/tsc')
  const { stdout } = spawnSync(tsc, ['--noEmit', '-p', folder], { encoding: 'utf8' })
  expect(stdout).toBe('')
}, 60_000)
