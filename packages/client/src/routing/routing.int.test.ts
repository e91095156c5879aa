import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { ringOf } from '@freshet/core/ring/topology'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCache } from '../create-cache.ts'
import { type Installation, startInstallation } from '../testing/installation.ts'

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ nodes: 3 })
})
afterAll(() => installation?.stop())

/** A client whose requests are seen; `admits` says which addresses it can reach. */
function setUp(url: string | readonly string[], admits: (url: string) => boolean = () => true) {
  const asked: { origin: string; key: string }[] = []
  const cache = createCache({
    url,
    apiKey: installation.apiKey,
    fetch: async (input, init) => {
      const { origin, pathname } = new URL(String(input))
      if (!admits(origin))
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) })
      if (pathname.startsWith('/api/cache/')) asked.push({ origin, key: decodeURIComponent(pathname.slice(11)) })
      return fetch(input, init)
    },
  })
  return { cache, asked }
}

describe('a client that was told of one node', () => {
  test('asks each key of the node that owns it, and a hot one of all', async () => {
    const { cache, asked } = setUp(installation.url)
    // A node takes its place once it has been coherent, and is ready a moment before.
    await expect.poll(async () => ringOf(await cache.topology()).size).toBe(3)
    const topology = await cache.topology()
    const ring = ringOf(topology)
    const ownerUrl = (key: string) => topology.nodes.find(({ id }) => id === ring.ownerOf(key))?.url
    const keys = Array.from({ length: 60 }, (_, i) => `users:${i}`)
    const owners = keys.map((key) => [key, ownerUrl(key)])
    // Not at once: a call never waits for the topology, so the first reads go by an older one.
    await expect
      .poll(async () => {
        asked.length = 0
        for (const key of keys) await cache.get(key)
        return asked.map(({ origin, key }) => [key, origin])
      })
      .toEqual(owners)
    expect(new Set(asked.map(({ origin }) => origin)).size).toBe(3)

    asked.length = 0
    await Promise.all(Array.from({ length: 400 }, () => cache.get('users:hot')))
    expect(new Set(asked.map(({ origin }) => origin)).size).toBe(3)
  })

  test('and reaches no other, asks that one for everything', async () => {
    const { cache, asked } = setUp(installation.url, (origin) => origin === installation.url)
    const { epoch } = await cache.mset(Array.from({ length: 50 }, (_, i) => ({ key: `carts:${i}`, value: i })))
    expect(await cache.get('carts:7', { minEpoch: epoch ?? '' })).toBe(7)
    expect((await cache.mget(Array.from({ length: 50 }, (_, i) => `carts:${i}`))).size).toBe(50)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (let i = 0; i < 20; i++) expect(await cache.get(`carts:${i}`)).toBe(i)
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([installation.url]))
  })
})

test('a client that is not used any more keeps no process alive', async () => {
  const program = `
    import { createCache } from '@freshet/client'
    const cache = createCache({ near: true })
    await cache.set('users:1', 1)
    for (let i = 0; i < 30; i++) {
      await cache.get('users:1')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    console.log('done')
  `
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { ...process.env, FRESHET_URL: installation.url, FRESHET_API_KEY: installation.apiKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await once(child.stdout, 'data')
  const doneMs = performance.now()
  expect(await once(child, 'exit')).toEqual([0, null])
  clearTimeout(limit)
  // Five seconds of following on, and what is left of an answer that is held back.
  expect(performance.now() - doneMs).toBeLessThan(12_000)
}, 30_000)
