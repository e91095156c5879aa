import type { SweepState } from '@freshet/core/contracts/job-payloads'
import { ManualClock } from '@freshet/core/testing/manual-clock'
import { beforeEach, expect, test } from 'vitest'
import { FakeL2 } from '../testing/fake-l2.ts'
import { FakeLogView } from '../testing/fake-log-view.ts'
import { makeRun } from '../testing/job-runs.ts'
import { createSweep } from './l2-sweep.ts'

const GENERATION = '000000000000000a'
const fresh: SweepState = { seen: 0, stamped: 0, removed: 0, expected: 0 }

let log: FakeLogView
let tier: FakeL2
let ended: string[]
beforeEach(async () => {
  log = new FakeLogView()
  tier = new FakeL2(10)
  ended = []
  for (let n = 0; n < 45; n++) tier.fill(`shop:${n}`, { generation: GENERATION, epoch: 0 }, n % 3 === 0 ? ['sale'] : [])
})

const sweep = () =>
  createSweep({
    tier,
    follower: log,
    log,
    clock: new ManualClock(),
    entriesPerSecond: 1_000_000,
    metrics: { page: () => {}, ended: (how) => void ended.push(how) },
  })

/** Lets a run be interrupted before its n-th page. */
const untilPage = (pages: number) => {
  const end = tier.pagesRead + pages
  return makeRun<'l2.sweep'>({ shouldYield: () => tier.pagesRead >= end })
}

test('removes what is dead, stamps what lives, and tells the log where it began', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  await log.append({ kind: 'keys', keys: ['shop:1'] })
  const { run, saved, reported } = makeRun<'l2.sweep'>()
  expect(await sweep()(fresh, run)).toBeUndefined()
  expect(tier.entries.size).toBe(29)
  expect(tier.entries.has('shop:1')).toBe(false)
  expect(tier.stampOf('shop:2')).toBe(2)
  expect(log.appended.at(-1)).toEqual({ kind: 'swept', epoch: 2 })
  expect(saved.at(-1)).toMatchObject({ cursor: null, seen: 45, stamped: 29, removed: 16 })
  expect(reported.at(-1)).toBe(1)
  expect(ended).toEqual(['complete'])
})

test('what is invalidated while it runs is judged by, and not vouched for', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  const { run } = makeRun<'l2.sweep'>({
    report: async () => void (tier.pagesRead === 1 && (await log.append({ kind: 'keys', keys: ['shop:44'] }))),
  })
  await sweep()(fresh, run)
  expect(tier.entries.has('shop:44')).toBe(false)
  expect(log.appended.at(-1)).toEqual({ kind: 'swept', epoch: 1 })
})

test('whoever goes on begins where it was and vouches for where it began', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  const first = untilPage(2)
  expect(await sweep()(fresh, first.run)).toBe('again')
  await log.append({ kind: 'keys', keys: ['shop:40'] })
  const second = makeRun<'l2.sweep'>()
  await sweep()(first.saved.at(-1) ?? fresh, second.run)
  expect(tier.pagesRead).toBe(5)
  expect(second.saved.at(-1)).toMatchObject({ seen: 45, stamped: 29, removed: 16 })
  expect(log.appended.at(-1)).toEqual({ kind: 'swept', epoch: 1 })
})

test('one that died between its last page and the log is finished without a page more', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  const { run } = makeRun<'l2.sweep'>()
  await sweep()({ ...fresh, since: { generation: GENERATION, epoch: 1 }, cursor: null, seen: 45 }, run)
  expect(tier.pagesRead).toBe(0)
  expect(log.appended.at(-1)).toEqual({ kind: 'swept', epoch: 1 })
})

test('a new generation makes it void: epochs began again', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*' })
  const { run, saved } = untilPage(2)
  await sweep()(fresh, run)
  log.beginGeneration('000000000000000b')
  await sweep()(saved.at(-1) ?? fresh, makeRun<'l2.sweep'>().run)
  expect(ended).toEqual(['void'])
  expect(log.appended.filter(({ kind }) => kind === 'swept')).toEqual([])
})

test('entries of another generation are left alone', async () => {
  tier.fill('shop:45', { generation: '00000000000000ff', epoch: 9 })
  await log.append({ kind: 'all' })
  await sweep()(fresh, makeRun<'l2.sweep'>().run)
  expect([...tier.entries.keys()]).toEqual(['shop:45'])
})

test('a worker that is behind the log, or behind the one that began, touches nothing', async () => {
  log.caughtUp = false
  expect(await sweep()(fresh, makeRun<'l2.sweep'>().run)).toBe('again')
  log.caughtUp = true
  const ahead = { ...fresh, since: { generation: GENERATION, epoch: 7 }, cursor: '20' }
  expect(await sweep()(ahead, makeRun<'l2.sweep'>().run)).toBe('again')
  expect(tier.pagesRead).toBe(0)
})

test('a soft invalidation is written into the deadlines, so that a floor may stand for it', async () => {
  await log.append({ kind: 'tags', tags: ['sale'], reach: '*', mode: 'soft' })
  await sweep()(fresh, makeRun<'l2.sweep'>().run)
  expect(tier.entries.size).toBe(45)
  expect(tier.stampOf('shop:0')).toBe(1)
  expect(tier.entries.get('shop:0')?.freshUntilMs).toBeLessThanOrEqual(1_000)
  expect(tier.entries.get('shop:1')?.freshUntilMs).toBeGreaterThan(1_000)
})
