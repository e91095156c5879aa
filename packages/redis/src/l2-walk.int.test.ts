import { expect, it } from 'vitest'
import { type WalkCursor, type WalkPage, walkEntries } from './l2-walk.ts'
import type { Master, Servers } from './masters.ts'
import { serversOf } from './servers-of.ts'
import { l2Server, names } from './testing/l2-world.ts'
import { until } from './testing/log-world.ts'

/** Servers that share L2 in a way that the test decides. */
function sharedBy(masters: () => readonly Master[]): Servers {
  const [first] = masters()
  if (!first) throw new Error('unreachable')
  const version = () =>
    masters()
      .map(({ name }) => name)
      .join()
  return {
    client: first.redis,
    layout: async () => ({ masters: masters(), version: version() }),
    sentAhead: async () => [],
  }
}

/** All pages from a cursor on; `between` comes after each page. */
async function walk(masters: () => readonly Master[], step: number, between = async (_page: number) => {}) {
  const keys: string[] = []
  const servers = sharedBy(masters)
  let cursor: WalkCursor | null = null
  let pages = 0
  do {
    const from: WalkCursor | null = cursor
    const page: WalkPage = await until(() => walkEntries(servers, from, { count: step }))
    keys.push(...page.keys)
    cursor = page.cursor
    await between(++pages)
  } while (cursor !== null && pages < 1_000)
  return { keys, pages }
}

const all = names('k', 2_000)

it('every entry is on a page, and nothing else is', async () => {
  const { put, redis, master } = await l2Server('a')
  await put(all)
  await redis.mset('freshet:receipt:1', 'x', 'freshet:e', 'y')
  const { keys, pages } = await walk(() => [master], 100)
  expect(keys.sort()).toEqual([...all].sort())
  expect(pages).toBeGreaterThan(10)
})

it('an empty server is one empty page', async () => {
  const { redis } = await l2Server('a')
  expect(await walkEntries(serversOf(redis), null, { count: 100 })).toMatchObject({ keys: [], cursor: null })
})

it('a walk that outlives its server’s restart still meets every entry', async () => {
  const { put, server, master } = await l2Server('a', { appendonly: true })
  await put(all)
  // Without a new beginning about half of the rest would be missed: the table's order is another one.
  const { keys } = await walk(
    () => [master],
    100,
    async (page) => {
      if (page === 10) await server.restart()
    },
  )
  expect([...new Set(keys)].sort()).toEqual([...all].sort())
})

it('several servers are walked one after the other, and one that restarts is the only one begun again', async () => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => l2Server(name, { appendonly: name === 'b' })))
  if (!a || !b || !c) throw new Error('unreachable')
  await Promise.all([a.put(names('a', 300)), b.put(names('b', 600)), c.put(names('c', 300))])
  const masters = () => [c.master, a.master, b.master]
  const { keys } = await walk(masters, 50, async (page) => {
    if (page === 9) await b.server.restart()
  })
  const met = (prefix: string) => keys.filter((key) => key.startsWith(prefix))
  expect([met('a').length, met('c').length]).toEqual([300, 300])
  expect(new Set(met('b')).size).toBe(600)
  expect(met('b').length).toBeGreaterThan(600)
})

it('when a server has left, whose keys are elsewhere now, the walk begins again', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map((name) => l2Server(name)))
  if (!a || !b) throw new Error('unreachable')
  await Promise.all([a.put(names('a', 100)), b.put(names('b', 400))])
  let masters = [a.master, b.master]
  const { keys } = await walk(
    () => masters,
    50,
    async (page) => {
      if (page !== 5) return
      await a.put(names('b', 400))
      masters = [a.master]
    },
  )
  expect(new Set(keys).size).toBe(500)
})
