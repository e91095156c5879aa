import { setTimeout as sleep } from 'node:timers/promises'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { readAtRandom, readEverything } from '../load/readers.ts'
import { storm } from '../load/storm.ts'
import { markdownTable } from '../report/markdown.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import { GroundTruth } from '../truth/ground-truth.ts'
import type { Figure } from './figure.ts'

const RATES = { keysPerSecond: 10_000, tagsPerSecond: 1_000, spread: 3 }
const LINES = 10
const MIB = 1024 * 1024

/** A long rain of invalidations over many entries: how many misses were nobody's fault, and what it takes in memory. */
export const soak: Figure = ({ nodes, entries, minutes, reads }) =>
  onStage({ nodes, rows: entries, worker: {} }, async (stage) => {
    const { catalogue, source, callers } = stage
    const filledAtMs = performance.now()
    await stage.fill()
    for (const caller of callers) await readEverything(caller, catalogue)
    const truth = new GroundTruth(catalogue, filledAtMs)
    source.onLoad = (row) => truth.loaded(row, performance.now())
    const failed = { count: 0 }
    let seen = 0
    const rain = storm(stage, truth, RATES)
    const reading = readAtRandom(stage, reads, (items) => {
      seen += items.length
      failed.count += items.filter(({ status }) => status !== 'hit' && status !== 'stale').length
    })
    const lines: string[][] = []
    try {
      for (let line = 0; line < LINES; line++) {
        const before = { seen, loads: { ...truth.loads }, sent: rain.count }
        await sleep((minutes * 60_000) / LINES)
        const misses = sum(truth.loads) - sum(before.loads)
        const innocent = truth.loads.innocent - before.loads.innocent
        lines.push([
          `${(((line + 1) * minutes) / LINES).toFixed(1)} min`,
          (seen - before.seen).toLocaleString('en'),
          `${((1 - misses / (seen - before.seen)) * 100).toFixed(1)} %`,
          misses.toLocaleString('en'),
          innocent.toLocaleString('en'),
          ...(await memoryOf(stage)),
        ])
        console.error(lines.at(-1)?.join('  '))
      }
    } finally {
      source.onLoad = () => {}
    }
    await Promise.all([rain.stop(), reading.stop()])
    const head = ['', 'reads', 'hits', 'misses', 'innocent', 'RSS', 'heap', 'L1 entries', 'log records', 'Redis']
    const { innocent, invalidated, 'side by side': sideBySide } = truth.loads
    return [
      `${entries.toLocaleString('en')} entries, ${nodes} nodes; a second, ${RATES.keysPerSecond.toLocaleString('en')} keys (of ${RATES.spread} times as many names as entries) and ${RATES.tagsPerSecond.toLocaleString('en')} tags (of ten entries each) invalidated, ${reads.toLocaleString('en')} keys read:`,
      markdownTable(head, lines),
      `Of ${(innocent + invalidated).toLocaleString('en')} misses, ${innocent.toLocaleString('en')} were innocent (${(truth.innocentShare * 100).toFixed(2)} %); ${sideBySide.toLocaleString('en')} more loads ran side by side on two nodes; ${failed.count.toLocaleString('en')} of ${seen.toLocaleString('en')} reads failed.`,
    ].join('\n\n')
  })

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** RSS, heap and L1 of the nodes (the largest), records of the log, Redis. */
async function memoryOf({ nodes, redis }: FigureStage): Promise<string[]> {
  const gauges = (await Promise.all(nodes.map((node) => node.metrics()))).map((metrics) => metrics.gauges)
  const largest = (field: 'rssBytes' | 'heapBytes' | 'l1Entries') => Math.max(...gauges.map((gauge) => gauge[field]))
  const used = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]
  const mib = (bytes: number) => `${Math.round(bytes / MIB).toLocaleString('en')} MiB`
  return [
    mib(largest('rssBytes')),
    mib(largest('heapBytes')),
    largest('l1Entries').toLocaleString('en'),
    (await redis.xlen(redisKeys.logStream)).toLocaleString('en'),
    mib(Number(used)),
  ]
}
