import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { becomeCoherent } from '../../harness/installation.ts'
import { markdownTable } from '../../harness/markdown-table.ts'
import { during, type Paced } from '../load/paced.ts'
import { readAtRandom, readEverything } from '../load/readers.ts'
import { storm } from '../load/storm.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import type { Figure } from './figure.ts'

const RATES = { keysPerSecond: 200, tagsPerSecond: 100, spread: 1 }
const WINDOW_MS = 10_000
const LAST_ANSWERS_MS = 500
/** Half a point. */
const STEADY = 0.005
/** The worker writes its snapshot every 30 s and trims every 10 s. */
const TRIMMED_WITHIN_MS = 90_000
/** Trimmed up to the snapshot but for this many records, so that the log alone would not do. */
const WORKER = { FRESHET_LOG_SPARE_RECORDS: '10' }

/**
 * All nodes restarted one after the other once the log was trimmed: with the snapshot to begin from, and, for comparison,
 * without it and not at all.
 */
export const restart: Figure = ({ nodes, entries, reads }) =>
  onStage({ nodes, rows: entries, worker: WORKER }, async (stage) => {
    const { callers, catalogue, redis, installation } = stage
    await stage.fill()
    for (const caller of callers) await readEverything(caller, catalogue)
    const hits = new HitRate(stage, reads)
    const rain = storm(stage, null, RATES)
    try {
      await trimmed(stage)
      await hits.steady(WINDOW_MS)
      const around = async (name: string, between: () => Promise<unknown>) => {
        const before = await hits.over(WINDOW_MS)
        await between()
        return row(name, before, await hits.over(WINDOW_MS))
      }
      const rows = [
        await around('no restart', () => sleep(WINDOW_MS)),
        await around('with the snapshot', () => rollingRestart(stage)),
        await around('without it', async () => {
          // Nobody may write another one.
          await installation.worker?.stop()
          await redis.del(redisKeys.logSnapshot)
          await rollingRestart(stage)
        }),
      ]
      return [
        `Hit rate over ${WINDOW_MS / 1_000} s before and after a rolling restart of ${nodes} nodes, ${entries.toLocaleString('en')} entries, the log trimmed, ${RATES.keysPerSecond} keys and ${RATES.tagsPerSecond} tags a second invalidated all the while:`,
        markdownTable(['', 'before', 'after', 'change'], rows),
      ].join('\n\n')
    } finally {
      await Promise.all([rain.stop(), hits.stop()])
    }
  })

function row(name: string, before: number, after: number): string[] {
  const percent = (rate: number) => `${(rate * 100).toFixed(2)} %`
  return [name, percent(before), percent(after), `${((after - before) * 100).toFixed(2)} points`]
}

/** Waits until the worker has cut off the log's beginning, which needs a snapshot that covers it. */
async function trimmed({ redis }: FigureStage): Promise<void> {
  const isTrimmed = async () => {
    const [first] = await redis.xrange(redisKeys.logStream, '-', '+', 'COUNT', 1)
    return first !== undefined && Number.parseInt(first[0], 10) > 1 && (await redis.exists(redisKeys.logSnapshot)) === 1
  }
  if (!(await waitUntil(isTrimmed, { timeoutMs: TRIMMED_WITHIN_MS, intervalMs: 250 })))
    throw new Error(`the log was not trimmed within ${TRIMMED_WITHIN_MS / 1_000} s`)
}

/** As it is done: taken out of service, given time to answer what it was asked, restarted, put back once it is ready. */
async function rollingRestart({ nodes, callers }: FigureStage): Promise<void> {
  for (const [i, node] of nodes.entries()) {
    const caller = callers[i]
    if (caller === undefined) throw new RangeError('each node has its caller')
    caller.inService = false
    await sleep(LAST_ANSWERS_MS)
    await node.restart()
    await becomeCoherent(node)
    caller.inService = true
  }
}

/** Reads at random all the while, and tells for how many of them the source was not asked. */
class HitRate {
  private readonly reading: Paced
  private loads = 0
  private seen = 0

  constructor(stage: FigureStage, keysPerSecond: number) {
    stage.source.onLoad = () => this.loads++
    this.reading = readAtRandom(stage, keysPerSecond, (items) => {
      this.seen += items.length
    })
  }

  async over(windowMs: number): Promise<number> {
    const { loads, seen } = this
    await during(windowMs, this.reading)
    return 1 - (this.loads - loads) / (this.seen - seen)
  }

  /** Waits until one window is like the one before: what began warm has come to where reads and invalidations meet. */
  async steady(windowMs: number): Promise<void> {
    let last = await this.over(windowMs)
    for (let change = 1; change > STEADY; ) {
      const rate = await this.over(windowMs)
      change = Math.abs(rate - last)
      last = rate
    }
  }

  stop(): Promise<void> {
    return this.reading.stop()
  }
}
