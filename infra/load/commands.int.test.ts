import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createCache } from '@freshet/client'
import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scratchFolder } from '../../packages/testing/src/scratch-folder.ts'

const checkout = path.resolve(import.meta.dirname, '../..')
const keySpace = ['--count', '400', '--namespaces', 'shop,users', '--size', '1kb', '--seed', '9']

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
})
afterAll(() => installation?.stop())

/** As npm runs it; resolves with the exit code, whatever that is. */
function run(command: 'seed' | 'load', args: readonly string[], env: Record<string, string> = {}) {
  const child = ['--import', 'tsx', `infra/load/${command}.ts`, ...args]
  const variables = { PATH: process.env.PATH, FRESHET_DATA_DIR: '/nowhere', ...env }
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, child, { cwd: checkout, env: variables }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    )
  })
}
const env = () => ({ FRESHET_URL: installation.urls.join(','), FRESHET_API_KEY: installation.apiKey })

test('seed fills real nodes with what it says; load reads it, changes it, and sees nothing stale', async () => {
  const seeded = await run('seed', keySpace, env())
  expect(seeded).toMatchObject({ code: 0, err: '' })
  expect(seeded.out).toMatch(/^400 stored, 0\.\d MiB, in .* s \(\d+ per second\); fresh for 86400 s/m)
  const cache = createCache({ url: installation.urls, apiKey: installation.apiKey })
  expect(await cache.read('users:item:399')).toMatchObject({ found: true, tags: ['users-all', 'users-group-7'] })

  const { folder, remove } = scratchFolder('load')
  try {
    const json = path.join(folder, 'figures.json')
    // Slowly, and with patience: other tests share the machine.
    const args = ['--rate', '50', '--seconds', '4', '--mix', 'read=60,write=20,invalidate=20', '--max-errors', '50%']
    const loaded = await run('load', [...keySpace, ...args, '--json', json], env())
    expect(loaded).toMatchObject({ code: 0, err: '' })
    const figures = JSON.parse(readFileSync(json, 'utf8'))
    expect(figures).toMatchObject({ requests: 200, leftOut: 0, staleReads: 0 })
    // What was seeded is hit; what was invalidated is loaded once.
    expect(figures.hitRatio).toBeGreaterThan(0.3)
    expect(figures.sources.loader).toBeGreaterThan(0)
    for (const { operation, count, p99Ms } of figures.operations) {
      expect(count, operation).toBeGreaterThan(5)
      expect(p99Ms, operation).toBeGreaterThan(0)
    }
  } finally {
    remove()
  }
})

test('a limit that is exceeded is said, and is the exit code', async () => {
  const { folder, remove } = scratchFolder('load')
  try {
    const trace = path.join(folder, 'keys.txt')
    writeFileSync(trace, 'shop:basket:1\nshop:basket:2\n')
    const args = ['--rate', '50', '--seconds', '1', '--trace', trace, '--mix', 'read=1']
    const { code, out, err } = await run('load', [...args, '--max-p99', '0.001'], env())
    expect(code).toBe(1)
    const cache = createCache({ url: installation.urls, apiKey: installation.apiKey })
    const asked = new Set<string>()
    for await (const page of cache.keys('shop:basket:*')) for (const key of page) asked.add(key)
    expect([...asked].toSorted()).toEqual(['shop:basket:1', 'shop:basket:2'])
    expect(out).toMatch(/^read +50 /m)
    expect(err).toMatch(/FAILED: p99 of reads is .* ms, above 0.001 ms/)
  } finally {
    remove()
  }
})

test('a key that may not write is told of, and fails the run', async () => {
  const reader = await installation.mintKey(['read'])
  const args = ['--rate', '50', '--seconds', '1', '--mix', 'write=1']
  const { code, out, err } = await run('load', args, { ...env(), FRESHET_API_KEY: reader })
  expect(code).toBe(1)
  expect(out).toMatch(/errors +scope_missing \d+/)
  expect(err).toContain('of the requests failed or were left out')
  expect(await run('seed', ['--count', '5'], { ...env(), FRESHET_API_KEY: reader })).toMatchObject({
    code: 2,
    err: expect.stringContaining('scope_missing'),
  })
})

test('wrong options are told in a sentence', async () => {
  expect(await run('load', ['--rate', 'fast'], env())).toMatchObject({
    code: 2,
    err: '--rate is a number, not "fast"\nnpm run load -- --help\n',
  })
  expect(await run('seed', [])).toMatchObject({ code: 2, err: expect.stringContaining('there is no address') })
  expect((await run('load', ['--help'])).out).toContain('npm run load -- [options]')
})
