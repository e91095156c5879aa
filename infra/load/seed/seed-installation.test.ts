import { FreshetError, type ManyEntry } from '@freshet/client'
import { expect, test } from 'vitest'
import { KeySpace } from '../keys/key-space.ts'
import { batchesOf, seedInstallation } from './seed-installation.ts'

const options = { url: '', key: '', namespaces: ['a'], meanBytes: 100_000, seed: 1, count: 200, ttlMs: 60_000 }

test('every key is in one batch, and no batch is larger than a request may be', () => {
  const batches = [...batchesOf(new KeySpace(options), 60_000)]
  const keys = batches.flatMap(({ entries }) => entries.map(({ key }) => key))
  expect(keys).toEqual(Array.from({ length: 200 }, (_, index) => `a:item:${index}`))
  expect(batches.length).toBeGreaterThan(2)
  for (const { entries, bytes } of batches) {
    expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024)
    expect(JSON.stringify(entries.map(({ value }) => value)).length).toBeLessThan(5 * 1024 * 1024)
  }
})

test('keys are stored once each, with a lifetime and tags; what fails is counted by its code', async () => {
  const stored: ManyEntry[] = []
  const mset = async (entries: readonly ManyEntry[]) => {
    stored.push(...entries)
    const refused = entries.filter(({ key }) => key === 'a:item:7')
    return {
      epoch: null,
      failed: new Map(refused.map(({ key }) => [key, new FreshetError('value_too_large', 'large')])),
    }
  }
  let progress = 0
  const seeded = await seedInstallation({ mset }, options, (done) => {
    progress = done
  })
  expect(new Set(stored.map(({ key }) => key)).size).toBe(200)
  expect(stored).toHaveLength(200)
  expect(stored[0]).toMatchObject({ ttlMs: 60_000, tags: ['a-all', 'a-group-0'], value: { version: 0 } })
  expect([seeded.stored, progress, [...seeded.failed]]).toEqual([199, 199, [['value_too_large', 1]]])
})
