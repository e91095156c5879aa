import { expect, it } from 'vitest'
import { keys, logWorld } from '../testing/log-world.ts'

it('a reader gets what a member gets', async () => {
  const { log, reader } = await logWorld()
  const { generation } = await log.poll(null, 0)
  for (const name of ['a', 'b', 'c']) await log.append(keys(name))
  const { serverTimeMs, ...read } = await reader.readAfter(generation, 1)
  expect(read).toEqual({
    generation,
    tail: 3,
    records: [
      { epoch: 2, commands: [keys('b')] },
      { epoch: 3, commands: [keys('c')] },
    ],
  })
  expect(Math.abs(serverTimeMs - Date.now())).toBeLessThan(5_000)
})

it('one of another generation begins with the first record', async () => {
  const { log, reader } = await logWorld()
  await log.append(keys('a'))
  for (const known of [null, '00000000000000ff'])
    expect((await reader.readAfter(known, 7)).records.map(({ epoch }) => epoch)).toEqual([1])
})

it('pages end at a number of records, and pass over none', async () => {
  const { log, reader } = await logWorld({ pageSize: 40 })
  const { generation } = await log.poll(null, 0)
  for (let i = 0; i < 100; i++) await log.append(keys(`k${i}`))
  const sizes: number[] = []
  const epochs: number[] = []
  for (let applied = 0; applied < 100; applied = epochs.at(-1) ?? applied) {
    const { records } = await reader.readAfter(generation, applied)
    sizes.push(records.length)
    epochs.push(...records.map(({ epoch }) => epoch))
  }
  expect(sizes).toEqual([40, 40, 20])
  expect(epochs).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
})

it('pages of large records end before they hold everybody up', async () => {
  const { log, reader } = await logWorld()
  const { generation } = await log.poll(null, 0)
  const large = keys(...Array.from({ length: 1_000 }, (_, i) => `namespace:${String(i).padStart(100, '0')}`))
  for (let i = 0; i < 100; i++) await log.append(large)
  const { records, tail } = await reader.readAfter(generation, 0)
  expect(tail).toBe(100)
  // 116 KB each: a mebibyte is reached with the tenth, and looked at after the sixteenth.
  expect(records.length).toBe(16)
  expect((await reader.readAfter(generation, 16)).records[0]?.epoch).toBe(17)
})
