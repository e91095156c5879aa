import { expect, it } from 'vitest'
import { createCacheWorld, tell } from '../testing/cache-world.ts'
import { MemorySweep } from './memory-sweep.ts'

function setUp() {
  const world = createCacheWorld({ swrMs: 500 })
  const { memory, follower, clock, log } = world
  const sweep = new MemorySweep({ memory, follower, nowMs: clock.wallMs })
  return { ...world, sweep, fold: (epoch: number) => sweep.fold(log.generation, epoch) }
}

const turns = () => new Promise((resolve) => setTimeout(resolve, 5))

it('keeps what is alive alive under the floor, and makes room of what a tag has ended', async () => {
  const { cache, origin, log, memory, follower, sync, fold } = setUp()
  origin.rows.set('plain', 'one')
  await cache.read('plain')
  origin.rows.set('tagged', 'two')
  origin.reply = { tags: ['t'] }
  await cache.read('tagged')
  await log.append({ kind: 'tags', tags: ['t'], reach: '*' })
  sync()
  expect(memory.count).toBe(2)
  fold(1)
  await turns()
  expect(memory.count).toBe(1)
  expect(follower.index?.hard.floor).toBe(1)
  expect(tell(await cache.read('plain'))).toBe('one from l1')
})

it('leaves a softened value what it has left of its stale window', async () => {
  const { cache, origin, log, sync, fold } = setUp()
  origin.rows.set('k', 'one')
  await cache.read('k')
  await log.append({ kind: 'keys', keys: ['k'], mode: 'soft' })
  sync()
  fold(1)
  await turns()
  expect(tell(await cache.read('k'))).toBe('one from l1 stale:revalidating')
})

it('forgets a floor that was meant for a generation that ended meanwhile', async () => {
  const { follower, log, sync, fold } = setUp()
  await log.append({ kind: 'keys', keys: ['k'] })
  sync()
  fold(1)
  log.beginGeneration('0000000000000002')
  sync()
  await turns()
  expect(follower.index?.hard.floor).toBe(0)
})

it('walks once more for a wish that came while it walked', async () => {
  const { cache, origin, follower, log, sync, fold } = setUp()
  for (let i = 0; i < 50; i++) {
    origin.rows.set(`k${i}`, 'x')
    await cache.read(`k${i}`)
    await log.append({ kind: 'keys', keys: ['other'] })
    sync()
    fold(i + 1)
  }
  await turns()
  expect(follower.index?.hard.floor).toBe(50)
  expect(tell(await cache.read('k0'))).toBe('x from l1')
})
