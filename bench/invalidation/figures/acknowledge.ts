import type { Receipt } from '@freshet/core/invalidation/receipt'
import { markdownTable } from '../../harness/markdown-table.ts'
import type { NodeCaller } from '../load/node-caller.ts'
import { pickCaller } from '../load/pick-caller.ts'
import { DELAY_HEAD, delayRow } from '../report/delays.ts'
import { onStage } from '../stage/figure-stage.ts'
import type { Figure } from './figure.ts'

const ALONE = 1_000
const TOGETHER = 20_000
const AT_ONCE = 64
/** Nothing is acknowledged before a node has known the log's generation for a lease and more. */
const FIRST_TRIES = 20

/** How long `wait: all` waits on a quiet cluster: one invalidation at a time, and many at once. */
export const acknowledge: Figure = ({ nodes }) =>
  onStage({ nodes, rows: 1_000 }, async ({ callers, catalogue }) => {
    const wish = (n: number) => ({ keys: [catalogue.key(n % catalogue.rows)], wait: 'all' as const })
    for (const caller of callers) for (let n = 0; n < FIRST_TRIES; n++) await caller.invalidate(wish(n))
    const alone = await closedLoop(callers.slice(0, 1), 1, ALONE, wish)
    const together = await closedLoop(callers, AT_ONCE, TOGETHER, wish)
    const rows = [
      delayRow('one at a time', alone.delaysMs),
      delayRow(`${AT_ONCE} at once, over all nodes`, together.delaysMs),
    ]
    const receipts = [...alone.receipts, ...together.receipts]
    const byLease = receipts.filter(({ acknowledgedBy }) => acknowledgedBy !== 'members').length
    return [
      `\`wait: all\` on ${nodes} nodes, quiet, from the request to the answer:`,
      markdownTable(DELAY_HEAD, rows),
      `${receipts.length - byLease} acknowledged by all members, ${byLease} otherwise.`,
    ].join('\n\n')
  })

interface Measured {
  delaysMs: number[]
  receipts: Receipt[]
}

/** So many callers, each of which asks again when it has its answer. */
async function closedLoop(
  callers: readonly NodeCaller[],
  atOnce: number,
  total: number,
  wish: (n: number) => { keys: string[]; wait: 'all' },
): Promise<Measured> {
  const measured: Measured = { delaysMs: [], receipts: [] }
  let next = 0
  const loop = async (caller: NodeCaller) => {
    while (next < total) {
      const sentMs = performance.now()
      measured.receipts.push(await caller.invalidate(wish(next++)))
      measured.delaysMs.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, i) => loop(pickCaller(callers, i))))
  return measured
}
