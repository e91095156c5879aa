import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createCache } from '../create-cache.ts'
import type { CacheOptions } from '../options.ts'
import { type Installation, startInstallation } from '../testing/installation.ts'
import type { Order } from '../testing/load-together.ts'
import { type Source, startSource } from '../testing/source.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../testing/load-together.ts')

let installation: Installation
let source: Source
beforeAll(async () => {
  installation = await startInstallation({ nodes: 3 })
})
afterAll(() => installation?.stop())
beforeEach(async () => {
  source = await startSource()
  return () => source.stop()
})

const setUp = (options: CacheOptions = {}) =>
  createCache({ url: installation.urls, apiKey: installation.apiKey, ...options })
let names = 0
const fresh = () => `sessions:${++names}`
const until = (holds: () => boolean | Promise<boolean>) => expect.poll(holds).toBe(true)

/** A process of its own, ready to ask. */
async function forkCaller() {
  const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'message')
  return async (order: Order): Promise<unknown[]> => {
    const answered = once(child, 'message')
    child.send(order)
    return (await answered)[0] as unknown[]
  }
}

describe('getOrSet', () => {
  test('loads once for 200 concurrent callers in three processes', async () => {
    const key = fresh()
    source.commit(key)
    source.delayMs = 200
    const callers = await Promise.all([forkCaller(), forkCaller(), forkCaller()])
    const order = { url: installation.urls, apiKey: installation.apiKey, source: source.url, key }
    const answers = await Promise.all(callers.map((ask, i) => ask({ ...order, callers: i === 0 ? 66 : 67 })))
    expect(answers.flat()).toEqual(Array.from({ length: 200 }, () => 1))
    expect(source.timesAsked(key)).toBe(1)
  })

  test('finds what it has stored, also from another client and by plain reads', async () => {
    const key = fresh()
    source.commit(key)
    const options = { ttlMs: 60_000, tags: ['mine'] }
    expect(await setUp().readOrLoad(key, source.load(), options)).toEqual({
      value: 1,
      source: 'loader',
      stale: null,
      stored: true,
    })
    expect(await setUp().readOrLoad(key, source.load())).toMatchObject({
      value: 1,
      source: /^l1|l2|peer$/,
      stored: true,
    })
    expect(await setUp().read(key)).toMatchObject({ value: 1, tags: ['mine'] })
  })

  test('gives a late load to its own caller and stores it nowhere', async () => {
    const cache = setUp()
    const key = fresh()
    source.commit(key)
    source.delayMs = 1_500
    const late = cache.readOrLoad(key, source.load())
    await until(() => source.timesAsked(key) === 1)
    source.commit(key)
    await cache.invalidate({ keys: [key] })
    // Asked after the acknowledgement, while the old load is still under way in this very process.
    const after = cache.readOrLoad(key, source.load())
    expect(await late).toEqual({ value: 1, source: 'loader', stale: null, stored: false })
    expect(await after).toMatchObject({ value: 2, stored: true })
    expect(await cache.get(key)).toBe(2)
  })

  test('waits for another process that loads no longer than it was told to', async () => {
    const key = fresh()
    source.commit(key)
    source.delayMs = 5_000
    const slow = setUp().getOrSet(key, source.load())
    await until(() => source.timesAsked(key) === 1)
    source.delayMs = 0
    const startedMs = performance.now()
    expect(await setUp().readOrLoad(key, source.load(), { leaseWaitMs: 300 })).toMatchObject({
      stored: false,
      value: 1,
    })
    expect(performance.now() - startedMs).toBeLessThan(4_500)
    expect(await slow).toBe(1)
  })

  test('serves stale at once within swr, while one load runs in the background', async () => {
    const cache = setUp()
    const key = fresh()
    source.commit(key)
    const options = { ttlMs: 100, swrMs: 60_000 }
    await cache.getOrSet(key, source.load(), options)
    source.commit(key)
    // Over only when all have been answered.
    source.delayMs = 1_500
    await sleep(150)
    const stale = await Promise.all(
      Array.from({ length: 50 }, () => cache.readOrLoad(key, source.load(), { ...options, ttlMs: 60_000 })),
    )
    expect(stale.every(({ value, stale }) => value === 1 && stale === 'revalidating')).toBe(true)
    await until(async () => (await cache.get(key)) === 2)
    expect(source.timesAsked(key)).toBe(2)
  })

  test('loads before it answers beyond swr, and shows the stale value, marked, when that fails within sie', async () => {
    const errors: unknown[] = []
    const cache = setUp({ onError: (error) => errors.push(error) })
    const key = fresh()
    source.commit(key)
    const options = { ttlMs: 100, swrMs: 0, sieMs: 60_000 }
    await cache.getOrSet(key, source.load(), options)
    await sleep(1_200)
    source.isBroken = true
    expect(await cache.readOrLoad(key, source.load(), options)).toMatchObject({ value: 1, stale: 'load-failed' })
    expect(errors).toEqual([expect.objectContaining({ message: 'the source answered 500' })])
    await cache.invalidate({ keys: [key] })
    await expect(cache.getOrSet(key, source.load(), options)).rejects.toThrow('the source answered 500')
  })

  test('lets the next caller try at once when a load has failed', async () => {
    const key = fresh()
    source.isBroken = true
    await expect(setUp().getOrSet(key, source.load())).rejects.toThrow('the source answered 500')
    expect(await setUp().getOrSet(key, async () => undefined)).toBeUndefined()
    source.isBroken = false
    const startedMs = performance.now()
    expect(await setUp().readOrLoad(key, source.load())).toMatchObject({ value: 0, stored: true })
    expect(performance.now() - startedMs).toBeLessThan(3_000)
  })

  test('takes a stored value that its schema does not take for a miss, and replaces it', async () => {
    const cache = setUp()
    const key = fresh()
    await cache.set(key, { oldShape: true })
    const schema = z.object({ version: z.number() })
    const loader = async () => ({ version: 3 })
    expect(await cache.readOrLoad(key, loader, { schema })).toMatchObject({ value: { version: 3 }, stored: true })
    expect(await cache.get(key, { schema })).toEqual({ version: 3 })
  })

  test('does not replace an unreadable value that was invalidated while it loaded', async () => {
    const cache = setUp()
    const key = fresh()
    await cache.set(key, { oldShape: true })
    const loading = cache.readOrLoad(
      key,
      async () => {
        await cache.invalidate({ keys: [key] })
        return { version: 3 }
      },
      { schema: z.object({ version: z.number() }) },
    )
    expect(await loading).toMatchObject({ value: { version: 3 }, stored: false })
    expect(await cache.get(key)).toBeUndefined()
  })

  test('in a session gives nothing older than the session’s own writes, whoever else asks meanwhile', async () => {
    const cache = setUp()
    const session = cache.session()
    for (let n = 0; n < 20; n++) {
      const key = fresh()
      await cache.getOrSet(key, () => 'old')
      await session.set(key, n)
      const asks = [cache.getOrSet(key, () => 'loaded'), session.getOrSet<unknown>(key, () => 'loaded')]
      expect((await Promise.all(asks))[1]).toBe(n)
    }
  })

  test('lets one caller go and serves the others', async () => {
    const cache = setUp()
    const key = fresh()
    source.commit(key)
    source.delayMs = 1_000
    const leaving = new AbortController()
    const first = cache.getOrSet(key, source.load(), { signal: leaving.signal })
    const second = cache.getOrSet(key, source.load())
    await until(() => source.timesAsked(key) === 1)
    leaving.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(await second).toBe(1)
    expect(source.timesAsked(key)).toBe(1)
  })

  test('ends at its deadline, whatever the loader does', async () => {
    const never = () => new Promise<number>(() => {})
    await expect(setUp().getOrSet(fresh(), never, { deadlineMs: 200 })).rejects.toMatchObject({ code: 'deadline' })
  })

  test('lives without a cache: loads, a bounded number at once, and tells what is wrong', async () => {
    const errors: unknown[] = []
    const cache = setUp({
      url: 'http://127.0.0.1:9',
      uncachedLoads: { maxConcurrent: 2, maxWaiting: 3 },
      onError: (error) => errors.push(error),
    })
    let running = 0
    let most = 0
    const loader = async () => {
      most = Math.max(most, ++running)
      // Long enough for all of them to have come before one is over.
      await sleep(800)
      running--
      return 'loaded'
    }
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => cache.readOrLoad(`k:${i}`, loader)))
    const values = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(values).toHaveLength(5)
    expect(values[0]).toEqual({ value: 'loaded', source: 'loader', stale: null, stored: false })
    expect(results.find((each) => each.status === 'rejected')).toMatchObject({ reason: { code: 'too_many_loads' } })
    expect(most).toBe(2)
    expect(errors[0]).toMatchObject({ code: 'unreachable' })
  })

  test('tells its caller what is the caller’s own fault, rather than hide it behind loads', async () => {
    await expect(setUp({ apiKey: 'fk_wrong' }).getOrSet('a:1', () => 1)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(setUp().getOrSet('a\u0000', () => 1)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('without the right to write loads for itself', async () => {
    const apiKey = await installation.mintKey(['read'])
    const key = fresh()
    source.commit(key)
    expect(await setUp({ apiKey }).readOrLoad(key, source.load())).toMatchObject({ value: 1, stored: false })
  })
})
