import { markdownTable } from '../../harness/markdown-table.ts'
import { median } from '../../harness/statistics.ts'
import type { NodeCaller } from '../load/node-caller.ts'
import { during } from '../load/paced.ts'
import { pickCaller } from '../load/pick-caller.ts'
import { readAtRandom } from '../load/readers.ts'
import { DELAY_HEAD, delayRow } from '../report/delays.ts'
import { Catalogue } from '../stage/catalogue.ts'
import { CatalogueSource } from '../stage/catalogue-source.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import { readSweep, type SweepReading, sweepsAreOver } from '../stage/read-sweep.ts'
import type { Figure } from './figure.ts'

const ROUNDS = 50
const FIRST_TRIES = 20
const LOOK_EVERY_MS = 1_000
const SWEPT_WITHIN_MS = 600_000
/** Soon, so that there is something to watch; by default a burst is given ten seconds to end. */
const WORKER = { FRESHET_SWEEP_QUIET_MS: '1000' }

type Ask = (caller: NodeCaller) => Promise<unknown>

/** The same few milliseconds over ten keys as over a million, and what then happens in L2 while everybody reads. */
export const reach: Figure = ({ nodes, entries, reads }) =>
  onStage({ nodes, rows: entries, worker: WORKER }, async (stage) => {
    await stage.fill()
    const many = entries.toLocaleString('en')
    const { tag, whole, ten, all } = asksOf(stage)
    const cases: readonly [string, Ask][] = [
      ['a tag of 10 entries', tag],
      [`a tag of ${many} entries`, whole],
      ['a pattern over 10 keys', ten],
      [`a pattern over ${many} keys`, all],
    ]
    const delays = await inTurns(stage, cases)
    const ratio = (a: number, b: number) => (median(delays[b] ?? []) / median(delays[a] ?? [])).toFixed(2)
    const swept = await watchSweep(stage, reads)
    return [
      `\`wait: all\` on ${nodes} nodes, ${ROUNDS} rounds in turns:`,
      markdownTable(
        DELAY_HEAD,
        cases.map(([name], i) => delayRow(name, delays[i] ?? [])),
      ),
      `p50 of the many to that of the ten: ${ratio(0, 1)} by tag, ${ratio(2, 3)} by pattern.`,
      swept,
    ].join('\n\n')
  })

function asksOf({ catalogue }: FigureStage): Record<'tag' | 'whole' | 'ten' | 'all', Ask> {
  const byTag =
    (tag: string): Ask =>
    (caller) =>
      caller.invalidate({ tags: [tag], wait: 'all' })
  const byPattern =
    (pattern: string): Ask =>
    (caller) =>
      caller.invalidatePattern(pattern)
  // Of the numbers that begin like this and have one digit more, there are ten.
  const stem = catalogue.key(Math.floor((catalogue.rows - 1) / 10))
  return {
    tag: byTag(catalogue.tag(0)),
    whole: byTag(Catalogue.wholeTag),
    ten: byPattern(`${stem}?`),
    all: byPattern(`${Catalogue.namespace}:*`),
  }
}

async function inTurns({ callers }: FigureStage, cases: readonly [string, Ask][]): Promise<number[][]> {
  const delays = cases.map((): number[] => [])
  for (let round = -FIRST_TRIES; round < ROUNDS; round++)
    for (const [i, [, ask]] of cases.entries()) {
      const startedMs = performance.now()
      await ask(pickCaller(callers, Math.abs(round)))
      if (round >= 0) delays[i]?.push(performance.now() - startedMs)
    }
  return delays
}

/** Fills L2 anew, changes every row, ends them all by one tag, and reads on while the sweep does its work. */
async function watchSweep(stage: FigureStage, reads: number): Promise<string> {
  const { source, callers, redis, installation } = stage
  await sweepsAreOver(installation.worker)
  await stage.fill()
  const before = await readSweep(installation.worker)
  source.edition++
  const startedMs = performance.now()
  await pickCaller(callers, 0).invalidate({ tags: [Catalogue.wholeTag], wait: 'all' })
  const acknowledgedMs = performance.now() - startedMs
  let seen = 0
  let old = 0
  const reading = readAtRandom(stage, reads, (items) => {
    seen += items.length
    old += items.filter(({ value }) => value !== undefined && CatalogueSource.editionOf(value) < source.edition).length
  })
  const lines: string[][] = []
  let now: SweepReading
  do {
    await during(LOOK_EVERY_MS, reading)
    now = await readSweep(installation.worker)
    const second = Math.round((performance.now() - startedMs) / 1_000)
    lines.push([
      `${second} s`,
      `${(now.progress * 100).toFixed(0)} %`,
      (now.removed - before.removed).toLocaleString('en'),
      (now.stamped - before.stamped).toLocaleString('en'),
      (await redis.dbsize()).toLocaleString('en'),
    ])
    if (performance.now() - startedMs > SWEPT_WITHIN_MS) throw new Error('the sweep did not end')
  } while (now.complete === before.complete)
  await reading.stop()
  const head = ['after', 'progress', 'removed', 'stamped', 'keys in Redis']
  const shown = lines.filter((_, i) => i % Math.ceil(lines.length / 10) === 0 || i === lines.length - 1)
  return [
    `Then every row changes and one tag ends them all, acknowledged after ${acknowledgedMs.toFixed(1)} ms. The sweep in L2:`,
    markdownTable(head, shown),
    `Meanwhile ${seen.toLocaleString('en')} reads, ${old} of them old.`,
  ].join('\n\n')
}
