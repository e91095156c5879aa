import { markdownTable } from '../../harness/markdown-table.ts'
import { during } from '../load/paced.ts'
import { readAtRandom, readEverything } from '../load/readers.ts'
import { storm } from '../load/storm.ts'
import { onStage } from '../stage/figure-stage.ts'
import { GroundTruth } from '../truth/ground-truth.ts'
import { SoakLines } from '../watch/soak-lines.ts'
import type { Figure } from './figure.ts'

const RATES = { keysPerSecond: 10_000, tagsPerSecond: 1_000 }
const LINES = 10

/** A long rain of invalidations over many entries: how many misses were nobody's fault, and what it takes in memory. */
export const soak: Figure = ({ nodes, entries, minutes, reads, spread }) =>
  onStage({ nodes, rows: entries, worker: {} }, async (stage) => {
    const filledAtMs = performance.now()
    await stage.fill()
    for (const caller of stage.callers) await readEverything(caller, stage.catalogue)
    const truth = new GroundTruth(stage.catalogue, filledAtMs)
    stage.source.onLoad = (row) => truth.loaded(row, performance.now())
    const read = { all: 0, failed: 0 }
    const lines = new SoakLines(stage, truth)
    const rain = storm(stage, truth, { ...RATES, spread })
    const reading = readAtRandom(stage, reads, (items) => {
      read.all += items.length
      read.failed += items.filter(({ status }) => status !== 'hit' && status !== 'stale').length
    })
    for (let line = 1; line <= LINES; line++) {
      await during((minutes * 60_000) / LINES, rain, reading)
      await lines.add(`${((line * minutes) / LINES).toFixed(1)} min`, read.all)
    }
    await Promise.all([rain.stop(), reading.stop(), lines.stop()])
    const count = (n: number) => n.toLocaleString('en')
    const { innocent, invalidated, 'side by side': sideBySide } = truth.loads
    return [
      `${count(entries)} entries, ${nodes} nodes; a second, ${count(RATES.keysPerSecond)} keys (of ${count(entries * spread)} names) and ${count(RATES.tagsPerSecond)} tags (of ten entries each) invalidated, ${count(reads)} keys read:`,
      markdownTable(SoakLines.head, lines.lines),
      `Of ${count(innocent + invalidated)} misses, ${count(innocent)} were innocent (${(truth.innocentShare * 100).toFixed(2)} %); ${count(sideBySide)} more loads ran side by side on two nodes. ${count(read.failed)} of ${count(read.all)} reads failed; ${count(rain.refused)} of ${count(rain.count)} requests to invalidate were refused and sent again.`,
    ].join('\n\n')
  })
