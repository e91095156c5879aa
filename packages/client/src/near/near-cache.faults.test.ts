import { setTimeout as sleep } from 'node:timers/promises'
import { TcpProxy } from '@freshet/testing/tcp-proxy'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Cache } from '../cache.ts'
import { createCache } from '../create-cache.ts'
import { type Installation, startInstallation } from '../testing/installation.ts'
import { type Source, startSource } from '../testing/source.ts'
import { Staleness } from '../testing/staleness.ts'

const NEAR_BOUND_MS = 1_000

let installation: Installation
let source: Source
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
  source = await startSource()
})
afterAll(async () => {
  await source?.stop()
  await installation?.stop()
})

/** A client with a near cache that hears of changes from the first of two nodes, of which it chooses one by chance. */
async function followingThrough(first: string, second: string): Promise<Cache> {
  for (;;) {
    const followed: string[] = []
    const cache = createCache({
      url: [first, second],
      apiKey: installation.apiKey,
      routing: 'any',
      near: true,
      attemptTimeoutMs: 500,
      fetch: (input, init) => {
        if (String(input).includes('/api/changes')) followed.push(String(input))
        return fetch(input, init)
      },
    })
    await cache.get('users:0')
    await expect.poll(() => followed.length).toBeGreaterThan(0)
    if (followed[0]?.startsWith(first)) return cache
    cache.close()
  }
}

interface Faults {
  /** The node that the reader follows the log through. */
  node: { stop(): void; goOn(): void }
  /** The reader's links to all nodes. */
  links: { pause(): void; resume(): void }
}

/**
 * A reader with a near cache that follows the log through the first node, over links that can be held up, and a writer at
 * the second who changes the source and invalidates, again and again, while `during` does its worst.
 */
async function runAgainst(during: (faults: Faults) => Promise<void>) {
  const links = await Promise.all(installation.urls.map((url) => TcpProxy.open(Number(new URL(url).port))))
  const [first = '', other = ''] = links.map(({ port }) => `http://127.0.0.1:${port}`)
  const near = await followingThrough(first, other)
  onTestFinished(async () => {
    near.close()
    for (const link of links) await link.close()
  })
  const second = installation.urls[1]
  const writer = createCache({ url: second, apiKey: installation.apiKey, routing: 'any' })
  const key = `users:${Math.random()}`
  const staleness = new Staleness()
  const otherStaleness = new Staleness()
  const counts = { near: 0, other: 0, invalidations: 0, failures: 0 }
  let running = true

  const readers = Array.from({ length: 4 }, async () => {
    while (running) {
      const askedMs = performance.now()
      try {
        const { value, source: from } = await near.readOrLoad(key, source.load(), { ttlMs: 60_000 })
        counts[from === 'near' ? 'near' : 'other']++
        ;(from === 'near' ? staleness : otherStaleness).wasRead(value, askedMs)
      } catch {
        counts.failures++
      }
      await sleep(1)
    }
  })
  const write = (async () => {
    while (running) {
      const version = source.commit(key)
      const { settled } = await writer.invalidate({ keys: [key] })
      if (settled) {
        staleness.acknowledged(version)
        otherStaleness.acknowledged(version)
        counts.invalidations++
      }
      await sleep(Math.random() * 300)
    }
  })()
  await sleep(1_500)
  const child = installation.nodes[0]?.child
  await during({
    node: { stop: () => child?.kill('SIGSTOP'), goOn: () => child?.kill('SIGCONT') },
    links: {
      pause: () => {
        for (const link of links) link.pause()
      },
      resume: () => {
        for (const link of links) link.resume()
      },
    },
  })
  await sleep(1_500)
  running = false
  await Promise.all([...readers, write])
  return { nearMs: staleness.worstMs, otherMs: otherStaleness.worstMs, ...counts }
}

const expectBounded = (result: Awaited<ReturnType<typeof runAgainst>>, leastNear = 200) => {
  const { nearMs, otherMs, near, invalidations, failures } = result
  expect(nearMs).toBeLessThan(NEAR_BOUND_MS)
  // What nodes serve is bound by the acknowledgement itself.
  expect(otherMs).toBe(0)
  expect(failures).toBe(0)
  // Nothing is shown by a reader that never hit, or a writer that never got through.
  expect(near).toBeGreaterThan(leastNear)
  expect(invalidations).toBeGreaterThan(5)
}

test('nothing near is a second older than an acknowledgement while nothing is wrong', async () => {
  expectBounded(await runAgainst(() => sleep(3_000)))
})

test('nor while the node that it follows the log through stands still', async () => {
  expectBounded(
    await runAgainst(async ({ node }) => {
      for (const ms of [300, 700, 1_500, 2_500]) {
        node.stop()
        await sleep(ms)
        node.goOn()
        await sleep(800)
      }
    }),
  )
})

test('nor while nothing reaches it from any node, and later all of it at once', async () => {
  expectBounded(
    await runAgainst(async ({ links }) => {
      for (const ms of [300, 700, 1_500, 2_500]) {
        links.pause()
        await sleep(ms)
        links.resume()
        await sleep(800)
      }
    }),
  )
})

test('nor with loads that take about as long as it takes for the next change to come', async () => {
  source.delayMs = 100
  onTestFinished(() => {
    source.delayMs = 0
  })
  expectBounded(await runAgainst(() => sleep(4_000)), 20)
})
