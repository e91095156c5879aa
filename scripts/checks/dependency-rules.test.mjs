import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dependencyProblems } from './dependency-rules.mjs'

/** @type {string} */
let root
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'freshet-arrows-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** @param {Record<string, string>} files path to source */
function problemsOf(files) {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(root, file), source)
  }
  return dependencyProblems(root, Object.keys(files))
}

const CORE = {
  'packages/core/src/core.ts': "import { b } from './b.ts'\nexport const a = b",
  'packages/core/src/b.ts': 'export const b = 1',
}
const DB = {
  'packages/db/src/db.ts':
    "import { a } from '../../core/src/core.ts'\nimport type { b } from '../../core/src/b.ts'\nexport const c: typeof b = a",
}

test('imports along the arrows are no problem', async () => {
  expect(await problemsOf({ ...CORE, ...DB })).toEqual({ problems: [], seen: 3 })
})

test('a client takes types of the control plane', async () => {
  const { problems } = await problemsOf({
    'packages/api/src/d.ts': "import '../../core/src/core.ts'\nexport const d = 1",
    ...CORE,
    ...DB,
    'packages/client/src/admin/client.ts': "import type { d } from '../../../api/src/d.ts'\nexport type E = typeof d",
  })
  expect(problems).toEqual([])
})

test.each([
  ['the hot path must not reach PostgreSQL', 'apps/cache-node/src/main.ts', "import '../../../packages/db/src/db.ts'"],
  [
    'nor by a type alone',
    'apps/cache-node/src/main.ts',
    "import type { c } from '../../../packages/db/src/db.ts'\nexport type C = typeof c",
  ],
  [
    'nor by an import at run time',
    'apps/cache-node/src/main.ts',
    "export const later = import('../../../packages/db/src/db.ts')",
  ],
  ['core knows nobody', 'packages/core/src/up.ts', "import '../../db/src/db.ts'"],
  [
    'pages reach data through the API',
    'apps/web/src/app/page.tsx',
    "import '../../../../packages/db/src/db.ts'\nexport default () => <p />",
  ],
  ['apps do not import apps', 'apps/worker/src/main.ts', "import '../../demo/src/main.ts'"],
  [
    'a client takes no code of the control plane',
    'packages/client/src/admin/client.ts',
    "import { d } from '../../../api/src/d.ts'\nexport const e = d",
  ],
  ['core does no I/O', 'packages/core/src/disk.ts', "import 'node:fs'\nimport './b.ts'"],
  ['an import that leads nowhere', 'packages/core/src/lost.ts', "import './nothing-here.ts'"],
])('%s', async (_, file, source) => {
  const api = { 'packages/api/src/d.ts': "import { a } from '../../core/src/core.ts'\nexport const d = a" }
  const demo = { 'apps/demo/src/main.ts': "import '../../../packages/core/src/core.ts'" }
  const { problems } = await problemsOf({ ...CORE, ...DB, ...api, ...demo, [file]: source })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain(`: ${file} → `)
})

test('what lies in a folder for tests, however deep, may start servers and is not for the product', async () => {
  const { problems } = await problemsOf({
    'packages/testing/src/redis.ts': 'export const redis = 1',
    'apps/cache-node/src/peers/testing/ring.ts': "export { redis } from '../../../../../packages/testing/src/redis.ts'",
    ...CORE,
    ...DB,
    'apps/cache-node/src/peers/link.ts':
      "import '../../../../packages/core/src/core.ts'\nexport { redis } from './testing/ring.ts'",
  })
  expect(problems).toEqual([expect.stringMatching(/^no test code in the product: .*link\.ts → .*ring\.ts$/)])
})

test('a cycle is found, with its way round', async () => {
  const { problems } = await problemsOf({
    ...CORE,
    'packages/core/src/b.ts': "import { a } from './core.ts'\nexport const b = a",
  })
  expect(problems).toEqual([expect.stringMatching(/^no cycles: .*core\.ts.*b\.ts|^no cycles: .*b\.ts.*core\.ts/)])
})

test('files without a single import among them mean that the reader is blind', async () => {
  const { problems } = await problemsOf({
    'packages/core/src/one.test.ts': 'export {}',
    'packages/core/src/two.test.ts': 'export {}',
  })
  expect(problems).toEqual(['only 0 imports were found in 2 files: they are not being read'])
})

test('a file that was not read is a problem', async () => {
  await problemsOf({ ...CORE, ...DB })
  const { problems } = await dependencyProblems(root, [
    'packages/core/src/core.ts',
    'packages/core/src/b.ts',
    'packages/core/src/gone.ts',
  ]).catch((error) => ({ problems: [String(error)] }))
  expect(problems).toEqual([expect.stringContaining('packages/core/src/gone.ts')])
})
