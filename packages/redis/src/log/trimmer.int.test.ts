import { expect, it } from 'vitest'
import { keys, logWorld } from '../testing/log-world.ts'

const index = Buffer.from('index')

async function setUp(records: number) {
  const world = await logWorld()
  const { generation } = await world.log.poll(null, 0)
  for (let i = 0; i < records; i++) await world.log.append(keys(`k${i}`))
  return {
    ...world,
    generation,
    archiveUpTo: (epoch: number) => world.archive.confirm({ generation, epoch }),
    snapshotUpTo: (epoch: number) => world.snapshots.write({ generation, epoch, index }),
    first: async () => (await world.reader.readAfter(generation, 0)).records[0]?.epoch,
  }
}

it('nothing is cut off before both the audit and a snapshot have it', async () => {
  const { trimmer, generation, archiveUpTo, snapshotUpTo, first } = await setUp(20)
  expect(await trimmer.trim(0)).toEqual({ generation, removed: 0, archived: 0, snapshot: 0 })
  await archiveUpTo(15)
  expect(await trimmer.trim(0)).toEqual({ generation, removed: 0, archived: 15, snapshot: 0 })
  await snapshotUpTo(10)
  expect(await trimmer.trim(0)).toEqual({ generation, removed: 10, archived: 15, snapshot: 10 })
  expect(await first()).toBe(11)
  await snapshotUpTo(20)
  expect(await trimmer.trim(0)).toMatchObject({ removed: 5 })
  expect(await first()).toBe(16)
})

it('what is to be spared is spared', async () => {
  const { trimmer, archiveUpTo, snapshotUpTo, first } = await setUp(20)
  await archiveUpTo(20)
  await snapshotUpTo(20)
  expect((await trimmer.trim(30)).removed).toBe(0)
  expect((await trimmer.trim(4)).removed).toBe(16)
  expect(await first()).toBe(17)
  expect((await trimmer.trim(0)).removed).toBe(4)
})

it('epochs of another generation count for nothing', async () => {
  const { trimmer, log, archiveUpTo, snapshotUpTo, endGeneration } = await setUp(20)
  await archiveUpTo(20)
  await snapshotUpTo(20)
  await endGeneration()
  for (let i = 0; i < 5; i++) await log.append(keys('k'))
  expect(await trimmer.trim(0)).toMatchObject({ removed: 0, archived: 0, snapshot: 0 })
})

it('an audit that was restored from a backup keeps what it needs again', async () => {
  const { trimmer, archiveUpTo, snapshotUpTo } = await setUp(20)
  await archiveUpTo(18)
  await archiveUpTo(6)
  await snapshotUpTo(20)
  expect(await trimmer.trim(0)).toMatchObject({ archived: 6, removed: 6 })
})

it('amid appends, archivists, snapshots and trimmers, a reader at the archive never meets a gap', async () => {
  const { log, member, connect, trimmer, snapshots, archive, generation, reader } = await setUp(0)
  const others = await Promise.all([1, 2].map(async (i) => member(`n${i}`, 'i', 2_000, await connect(`n${i}`))))
  const RECORDS = 1_500
  let appended = 0
  let writing = true
  const appenders = [log, ...others].map(async (one) => {
    while (appended < RECORDS) {
      appended++
      await one.append({ kind: 'put', keys: ['hot'] })
    }
  })
  const trimmers = [0, 3].map(async (spare) => {
    let removed = 0
    while (writing) removed += (await trimmer.trim(spare)).removed
    return removed
  })
  const snapshotter = (async () => {
    while (writing) {
      const { tail, records } = await reader.readAfter(generation, 0)
      const upTo = records[Math.floor(records.length / 2)]?.epoch ?? tail
      await snapshots.write({ generation, epoch: upTo, index })
    }
  })()
  const seen: number[] = []
  const archivist = (async () => {
    for (;;) {
      const after = seen.at(-1) ?? 0
      const page = await archive.read({ generation, tail: 0, ended: false }, after, 7)
      seen.push(...(page?.records ?? []).map(({ epoch }) => epoch))
      await archive.confirm({ generation, epoch: seen.at(-1) ?? 0 })
      if (!writing && page?.records.length === 0) return
    }
  })()
  await Promise.all(appenders)
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBe((await log.members()).tail)
  writing = false
  const removed = (await Promise.all(trimmers)).reduce((sum, count) => sum + count, 0)
  await Promise.all([snapshotter, archivist])
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1))
  expect(removed).toBeGreaterThan(100)
})
