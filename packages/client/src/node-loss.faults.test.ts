import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Cache } from './cache.ts'
import { createCache } from './create-cache.ts'
import { type Installation, startInstallation } from './testing/installation.ts'

let installation: Installation
beforeEach(async () => {
  installation = await startInstallation({ nodes: 3 })
})
afterEach(() => installation?.stop())

/** Reads of all kinds, as fast as they come back, until they are told to stop. */
function readUnderLoad(cache: Cache, keys: readonly string[]) {
  let running = true
  const outcome = { reads: 0, slowestMs: 0, errors: [] as unknown[] }
  const asks: ((key: string) => Promise<unknown>)[] = [
    (key) => cache.get(key),
    (key) => cache.getOrSet(key, async () => 'loaded', { ttlMs: 60_000 }),
    () => cache.mget(keys.slice(0, 50)),
  ]
  const loops = Array.from({ length: 24 }, async (_, i) => {
    while (running) {
      const key = keys[Math.floor(Math.random() * keys.length)] ?? ''
      const startedMs = performance.now()
      await asks[i % asks.length]?.(key).catch((error) => outcome.errors.push(error))
      outcome.reads++
      outcome.slowestMs = Math.max(outcome.slowestMs, performance.now() - startedMs)
    }
  })
  return {
    outcome,
    stop: async () => {
      running = false
      await Promise.all(loops)
    },
  }
}

async function prepare() {
  const cache = createCache({ url: installation.urls, apiKey: installation.apiKey, attemptTimeoutMs: 500 })
  const keys = Array.from({ length: 300 }, (_, i) => `users:${i}`)
  await cache.mset(keys.map((key) => ({ key, value: key, ttlMs: 600_000 })))
  const load = readUnderLoad(cache, keys)
  await sleep(1_500)
  return { cache, ...load }
}

test('a node that is killed under load costs no reader an error', async () => {
  const { outcome, stop } = await prepare()
  const before = outcome.reads
  await installation.nodes[1]?.end('SIGKILL')
  await sleep(8_000)
  await stop()
  expect(outcome.errors).toEqual([])
  expect(before).toBeGreaterThan(50)
  expect(outcome.reads).toBeGreaterThan(2 * before)
})

test('a node that stands still costs some readers a timeout, none an error, and soon nobody anything', async () => {
  const { outcome, stop } = await prepare()
  const { child } = installation.nodes[1] ?? {}
  child?.kill('SIGSTOP')
  await sleep(4_000)
  const during = outcome.reads
  await sleep(2_000)
  const after = outcome.reads - during
  child?.kill('SIGCONT')
  await sleep(1_000)
  await stop()
  expect(outcome.errors).toEqual([])
  expect(outcome.slowestMs).toBeLessThan(4_000)
  expect(after).toBeGreaterThan(50)
})

test('a node that leaves in good order costs nothing', async () => {
  const { outcome, stop } = await prepare()
  await installation.nodes[2]?.end('SIGTERM')
  await sleep(3_000)
  await stop()
  expect(outcome.errors).toEqual([])
})
