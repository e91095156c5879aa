import { expect, it } from 'vitest'
import { DeadLetters } from './dead-letters.ts'
import { jobOptions } from './job-queues.ts'
import { jobsWorld } from './testing/jobs-world.ts'

/** Three jobs whose attempts are used up, and a way to mend what they failed of. */
async function setUp() {
  const world = await jobsWorld('invalidation')
  const letters = new DeadLetters(world.queue)
  let broken = true
  const done: string[] = []
  const options = { ...jobOptions('invalidation.run'), attempts: 2, backoff: { type: 'fixed', delay: 5 } }
  world.work(async ({ id, payload }) => {
    if (broken) throw new Error(`no log for ${JSON.stringify(payload)}`)
    done.push(id)
  })
  for (const id of ['a', 'b', 'c']) await world.queue.add('invalidation.run', { id }, { ...options, jobId: id })
  await expect.poll(async () => (await letters.list(0, 10)).total, { timeout: 10_000 }).toBe(3)
  return {
    ...world,
    letters,
    done,
    mend: () => {
      broken = false
    },
  }
}

it('are listed, the newest first, with why they failed', async () => {
  const { letters } = await setUp()
  const { total, letters: page } = await letters.list(0, 2)
  expect(total).toBe(3)
  expect(page).toHaveLength(2)
  expect(page[0]?.failedAtMs).toBeGreaterThanOrEqual(page[1]?.failedAtMs ?? 0)
  for (const { id, ...letter } of page)
    expect(letter).toMatchObject({
      name: 'invalidation.run',
      payload: { id },
      attempts: 2,
      reason: `no log for {"id":"${id}"}`,
    })
  expect((await letters.list(2, 2)).letters).toHaveLength(1)
})

it('are run again when somebody says so, once, and with all their attempts', async () => {
  const { letters, done, mend, queue } = await setUp()
  expect(await letters.redrive('a')).toBe(true)
  // Still broken: it uses up its attempts anew.
  await expect.poll(async () => (await queue.getJob('a'))?.isFailed(), { timeout: 10_000 }).toBe(true)
  expect((await queue.getJob('a'))?.attemptsMade).toBe(2)
  mend()
  expect(await letters.redriveAll(10)).toBe(3)
  await expect.poll(() => done.sort(), { timeout: 10_000 }).toEqual(['a', 'b', 'c'])
  expect(await letters.list(0, 10)).toEqual({ total: 0, letters: [] })
  expect(await letters.redrive('a')).toBe(false)
  expect(await letters.redrive('unknown')).toBe(false)
})

it('are run again once when two people say so at the same time', async () => {
  const { letters, done, mend } = await setUp()
  mend()
  const said = await Promise.all(Array.from({ length: 5 }, () => letters.redrive('b')))
  expect(said.filter(Boolean)).toHaveLength(1)
  await expect.poll(() => done, { timeout: 10_000 }).toEqual(['b'])
})

it('can be thrown away', async () => {
  const { letters, queue } = await setUp()
  expect(await letters.discard('b')).toBe(true)
  expect(await letters.discard('b')).toBe(false)
  expect(await queue.getJob('b')).toBeUndefined()
  expect((await letters.list(0, 10)).total).toBe(2)
})
