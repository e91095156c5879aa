import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { becomeCoherent } from '../../harness/installation.ts'
import { readAtRandom, readEverything } from '../load/readers.ts'
import { storm } from '../load/storm.ts'
import { markdownTable } from '../report/markdown.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import type { Figure } from './figure.ts'

const RATES = { keysPerSecond: 1_000, tagsPerSecond: 10, spread: 1 }
const WINDOW_MS = 10_000
/** The worker writes its snapshot every 30 s and trims every 10 s. */
const TRIMMED_WITHIN_MS = 90_000
/** Trimmed up to the snapshot but for this many records, so that the log alone would not do. */
const WORKER = { FRESHET_LOG_SPARE_RECORDS: '10' }

/** All nodes restarted one after the other once the log was trimmed: with the snapshot to begin from, and without. */
export const restart: Figure = ({ nodes, entries, reads }) =>
  onStage({ nodes, rows: entries, worker: WORKER }, async (stage) => {
    const { callers, catalogue, redis, installation } = stage
    await stage.fill()
    for (const caller of callers) await readEverything(caller, catalogue)
    const rain = storm(stage, null, RATES)
    try {
      await trimmed(stage)
      const before = await hitRate(stage, reads)
      await rollingRestart(stage)
      const after = await hitRate(stage, reads)
      await sleep(WINDOW_MS)
      const settled = await hitRate(stage, reads)
      // The control: what joining without a snapshot costs. Nobody may write another one.
      await installation.worker?.stop()
      await redis.del(redisKeys.logSnapshot)
      await rollingRestart(stage)
      const bare = await hitRate(stage, reads)
      const points = (from: number, to: number) => `${((to - from) * 100).toFixed(2)} points`
      const percent = (rate: number) => `${(rate * 100).toFixed(2)} %`
      return [
        `Hit rate over ${WINDOW_MS / 1_000} s around a rolling restart of ${nodes} nodes, ${entries.toLocaleString('en')} entries, the log trimmed, ${RATES.keysPerSecond.toLocaleString('en')} keys a second invalidated all the while:`,
        markdownTable(
          ['', 'before', 'after', 'change'],
          [
            ['with the snapshot', percent(before), percent(after), points(before, after)],
            ['without it', percent(settled), percent(bare), points(settled, bare)],
          ],
        ),
      ].join('\n\n')
    } finally {
      await rain.stop()
    }
  })

/** Waits until the worker has cut off the log's beginning, which needs a snapshot that covers it. */
async function trimmed({ redis }: FigureStage): Promise<void> {
  const isTrimmed = async () => {
    const [first] = await redis.xrange(redisKeys.logStream, '-', '+', 'COUNT', 1)
    return first !== undefined && Number.parseInt(first[0], 10) > 1 && (await redis.exists(redisKeys.logSnapshot)) === 1
  }
  if (!(await waitUntil(isTrimmed, { timeoutMs: TRIMMED_WITHIN_MS, intervalMs: 250 })))
    throw new Error(`the log was not trimmed within ${TRIMMED_WITHIN_MS / 1_000} s`)
}

async function rollingRestart({ nodes }: FigureStage): Promise<void> {
  for (const node of nodes) {
    await node.restart()
    await becomeCoherent(node)
  }
}

/** Share of reads for which the source was not asked. */
async function hitRate(stage: FigureStage, keysPerSecond: number): Promise<number> {
  let loads = 0
  let seen = 0
  stage.source.onLoad = () => loads++
  const reading = readAtRandom(stage, keysPerSecond, (items) => {
    seen += items.length
  })
  await sleep(WINDOW_MS)
  await reading.stop()
  return 1 - loads / seen
}
