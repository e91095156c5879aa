import { type Installation, startInstallation } from '@freshet/client/testing/installation'
import type { CacheEntry, CacheHandler } from 'next/dist/server/lib/cache-handlers/types'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

let installation: Installation
let one: CacheHandler
let other: CacheHandler
beforeAll(async () => {
  installation = await startInstallation({ nodes: 2 })
  const [first = '', second = ''] = installation.urls
  vi.stubEnv('FRESHET_API_KEY', installation.apiKey)
  // Two instances of an application, each at a node of its own first.
  vi.stubEnv('FRESHET_URL', `${first},${second}`)
  one = (await import('./cache-handler.mjs')).default
  vi.resetModules()
  vi.stubEnv('FRESHET_URL', `${second},${first}`)
  other = (await import('./cache-handler.mjs')).default
})
afterAll(() => installation.stop())

/** As if it was rendered so long ago. Clocks are trusted to a second, so entries of this moment could be either. */
function entryOf(text: string, tags: string[], ageMs = 0): CacheEntry {
  const timestamp = Date.now() - ageMs
  return { value: new Blob([text]).stream(), tags, stale: 30, timestamp, expire: 3_600, revalidate: 60 }
}

async function textOf(entry: CacheEntry | undefined): Promise<string | null> {
  return entry === undefined ? null : new Response(entry.value).text()
}

test('what one instance stores another reads, as often as it likes', async () => {
  await one.set('page /', Promise.resolve(entryOf('hello', ['home'])))
  for (const instance of [other, one, other]) expect(await textOf(await instance.get('page /', []))).toBe('hello')
  expect(await other.get('page /', [])).toMatchObject({ tags: ['home'], stale: 30, expire: 3_600, revalidate: 60 })
  expect(await other.get('another page', [])).toBeUndefined()
})

test('a read waits for a store of its key that is under way', async () => {
  let rendered = (_: CacheEntry) => {}
  const stored = one.set('slow', new Promise((resolve) => (rendered = resolve)))
  const read = one.get('slow', [])
  rendered(entryOf('rendered', []))
  expect(await textOf(await read)).toBe('rendered')
  await stored
})

test('an updated tag ends entries on all instances', async () => {
  await one.set('tagged', Promise.resolve(entryOf('old', ['a', 'b'])))
  expect(await textOf(await other.get('tagged', []))).toBe('old')
  await one.updateTags(['b'])
  expect(await other.get('tagged', [])).toBeUndefined()
})

test('a revalidated tag leaves them to be served once more', async () => {
  await one.set('revalidated', Promise.resolve(entryOf('old', ['r'], 5_000)))
  await one.updateTags(['r'], { expire: 60 })
  const entry = await other.get('revalidated', [])
  expect(entry?.revalidate).toBe(-1)
  expect(await textOf(entry)).toBe('old')
})

test('what was rendered while its tag was revalidated is stale from the beginning', async () => {
  const pending = entryOf('rendered from the old row', ['v'], 5_000)
  await other.updateTags(['v'], { expire: 60 })
  await one.set('late', Promise.resolve(pending))
  expect(await one.get('late', [])).toMatchObject({ revalidate: -1 })
})

test('what an instance renders after it has updated a tag is kept at once: its clock is its own', async () => {
  await one.updateTags(['own'], { expire: 0 })
  const timestamp = performance.timeOrigin + performance.now()
  await one.set('own', Promise.resolve({ ...entryOf('rendered from the new row', ['own']), timestamp }))
  expect(await textOf(await one.get('own', []))).toBe('rendered from the new row')
})

test('what was rendered while its tag was updated is not kept', async () => {
  const pending = entryOf('rendered from the old row', ['t'], 5_000)
  await other.updateTags(['t'])
  await one.set('too late', Promise.resolve(pending))
  expect(await one.get('too late', [])).toBeUndefined()
})

test('what is rendered after that is kept', async () => {
  await other.updateTags(['u'])
  await one.set('new', Promise.resolve(entryOf('rendered from the new row', ['u'], -2_000)))
  expect(await textOf(await other.get('new', []))).toBe('rendered from the new row')
})

test('a path that was revalidated ends entries that do not name it', async () => {
  await one.set('below a path', Promise.resolve(entryOf('old', [], 5_000)))
  expect(await textOf(await one.get('below a path', ['_N_T_/shop']))).toBe('old')
  await other.updateTags(['_N_T_/shop'])
  expect(await one.get('below a path', ['_N_T_/shop'])).toBeUndefined()
  expect(await textOf(await one.get('below a path', ['_N_T_/elsewhere']))).toBe('old')
})

test('what may not be kept is not', async () => {
  await one.set('dynamic', Promise.resolve({ ...entryOf('now', []), expire: 0 }))
  expect(await one.get('dynamic', [])).toBeUndefined()
})
