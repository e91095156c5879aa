import type { Catalogue } from '../stage/catalogue.ts'
import type { FigureStage } from '../stage/figure-stage.ts'
import type { NodeCaller, ReadItem } from './node-caller.ts'
import { type Paced, paced } from './paced.ts'
import { pickCaller } from './pick-caller.ts'

const BATCH = 1_000
const AT_ONCE = 4
/** Keys of one request among many. */
const READ_BATCH = 100

/** Reads every row once through a node, so that it lies in its L1. */
export async function readEverything(caller: NodeCaller, catalogue: Catalogue): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < catalogue.rows) {
      const from = next
      next += BATCH
      const rows = Array.from({ length: Math.min(BATCH, catalogue.rows - from) }, (_, i) => from + i)
      const items = await caller.read(rows.map((row) => catalogue.key(row)))
      const bad = items.find(({ status }) => status !== 'hit')
      if (bad) throw new Error(`${bad.key} was to be a hit and is a ${bad.status}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

/** So many rows at random. */
function randomKeys(catalogue: Catalogue, count: number): string[] {
  return Array.from({ length: count }, () => catalogue.key(Math.floor(Math.random() * catalogue.rows)))
}

/** Reads rows at random through all nodes, at a rate in keys per second. */
export function readAtRandom(
  { callers, catalogue }: Pick<FigureStage, 'callers' | 'catalogue'>,
  keysPerSecond: number,
  onItems: (items: readonly ReadItem[]) => void,
): Paced {
  return paced(keysPerSecond / READ_BATCH, async (n) => {
    onItems(await pickCaller(callers, n).read(randomKeys(catalogue, READ_BATCH)))
  })
}
