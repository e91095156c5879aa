import { expect, test } from 'vitest'
import { ClusterDirectory } from './cluster-directory.ts'
import type { SlotRange } from './cluster-slots.ts'
import { SlotFinder } from './slot-finder.ts'

class Written extends ClusterDirectory {
  constructor() {
    super([], {})
  }

  override async read(): Promise<readonly SlotRange[]> {
    const range = (from: number, to: number, port: number) => ({ from, to, master: { host: 'h', port, id: `${port}` } })
    return [range(0, 99, 1), range(100, 199, 2), range(300, 399, 1)]
  }
}

test.each([
  [0, 1],
  [99, 1],
  [100, 2],
  [300, 1],
])('slot %i is looked for at the master that holds its range', async (slot, port) => {
  expect(await new SlotFinder(slot, new Written()).find()).toEqual({ host: 'h', port })
})

test('a slot that nobody holds is nowhere', async () => {
  await expect(new SlotFinder(250, new Written()).find()).rejects.toThrow(/holds slot 250/)
})

test('what a server says of a move is believed once', async () => {
  const finder = new SlotFinder(0, new Written())
  finder.suggest(new Error('MOVED 0 2001:db8::1:7001'))
  expect([await finder.find(), await finder.find()]).toEqual([
    { host: '2001:db8::1', port: 7001 },
    { host: 'h', port: 1 },
  ])
  // A member that does not know its own address says none.
  finder.suggest(new Error('MOVED 0 :7001'))
  expect(await finder.find()).toEqual({ host: 'h', port: 1 })
})
