import { expect, it } from 'vitest'
import { jobOptions } from './job-queues.ts'
import { jobsWorld } from './testing/jobs-world.ts'

it('a job that asks to be run again goes on with what it saved, and has failed in nothing', async () => {
  const { queue, work } = await jobsWorld('maintenance')
  await queue.add('l2.sweep', { seen: 0 }, { ...jobOptions('l2.sweep'), jobId: 'sweep' })
  const begun: [unknown, number][] = []
  work(async ({ payload, attempt, save, report }) => {
    begun.push([payload, attempt])
    await report(begun.length / 3)
    if (begun.length === 3) return
    await save({ seen: begun.length * 10 })
    return 'again'
  })
  await expect.poll(async () => (await queue.getJob('sweep'))?.getState(), { timeout: 10_000 }).toBe('completed')
  expect(begun).toEqual([
    [{ seen: 0 }, 1],
    [{ seen: 10 }, 2],
    [{ seen: 20 }, 3],
  ])
  const job = await queue.getJob('sweep')
  expect([job?.progress, job?.attemptsMade]).toEqual([1, 1])
})

it('a job that fails is tried as often as its row says, and then is a dead letter', async () => {
  const { queue, work } = await jobsWorld('maintenance')
  await queue.add(
    'metrics.prune',
    {},
    { ...jobOptions('metrics.prune'), backoff: { type: 'fixed', delay: 10 }, jobId: 'p' },
  )
  let tries = 0
  work(async () => {
    tries++
    throw new Error('no database')
  })
  await expect.poll(async () => (await queue.getJob('p'))?.getState(), { timeout: 10_000 }).toBe('failed')
  expect(tries).toBe(3)
})

it('a job whose worker was killed is taken by another, with what it had saved', { timeout: 40_000 }, async () => {
  const { queue, work } = await jobsWorld('maintenance')
  await queue.add('l2.sweep', { seen: 0 }, { ...jobOptions('l2.sweep'), jobId: 'sweep' })
  const dead = work(async ({ save }) => {
    await save({ seen: 7 })
    return new Promise(() => {})
  })
  await expect.poll(async () => (await queue.getJob('sweep'))?.data, { timeout: 10_000 }).toEqual({ seen: 7 })
  // As after a SIGKILL: nothing is handed back, and the lock is renewed no more.
  await dead.close(true)
  const taken: unknown[] = []
  work(async ({ payload }) => {
    taken.push(payload)
  })
  await expect.poll(() => taken, { timeout: 30_000 }).toEqual([{ seen: 7 }])
})
