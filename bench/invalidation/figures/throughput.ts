import { scratchFolder } from '@freshet/testing/scratch-folder'
import { LoadGenerator } from '../../harness/load-generator.ts'
import { markdownTable } from '../../harness/markdown-table.ts'
import { median } from '../../harness/statistics.ts'
import { PropagationProbe } from '../load/propagation-probe.ts'
import { type Rain, rains } from '../load/rains.ts'
import { readEverything } from '../load/readers.ts'
import { readRequests } from '../load/requests.ts'
import { DELAY_HEAD, delayRow } from '../report/delays.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import type { Figure } from './figure.ts'

const READ_ROWS = 10_000
const CONNECTIONS = 64
const SECONDS = 2
const WARM_UP_SECONDS = 0.5

interface Round {
  readsPerSecond: number
  /** Keys invalidated per second, as many as were reached. */
  keysPerSecond: number
  /** From the end of sending until every node had applied all of it. */
  catchUpMs: number
}

/** What reads lose while other keys are invalidated: cases in turns, ratios within a round. */
export const throughput: Figure = ({ nodes, rounds }) =>
  onStage({ nodes, rows: READ_ROWS }, async (stage) => {
    const scratch = scratchFolder('throughput')
    try {
      const generator = await LoadGenerator.compile(scratch.folder)
      const requests = await generator.writeRequests(readRequests(stage))
      const cases = await rains(stage, generator)
      await stage.fill()
      for (const caller of stage.callers) await readEverything(caller, stage.catalogue)
      const measured = cases.map((): Round[] => [])
      const delaysMs = cases.map((): number[] => [])
      for (let round = 0; round < rounds; round++)
        for (const [i, rain] of cases.entries()) {
          const probe = new PropagationProbe(stage)
          measured[i]?.push(await measure(stage, generator, requests, rain))
          await probe.stop()
          delaysMs[i]?.push(...probe.delaysMs)
        }
      return report(nodes, cases, measured, delaysMs)
    } finally {
      scratch.remove()
    }
  })

async function measure(stage: FigureStage, generator: LoadGenerator, requests: string, rain: Rain): Promise<Round> {
  const raining = rain.fall(SECONDS + WARM_UP_SECONDS)
  const reading = generator.measure({
    requests,
    ports: stage.nodes.map(({ port }) => port),
    connections: CONNECTIONS,
    seconds: SECONDS,
    warmUpSeconds: WARM_UP_SECONDS,
    rate: null,
  })
  const [keysPerSecond, { rps }] = await Promise.all([raining, reading])
  return { readsPerSecond: rps, keysPerSecond, catchUpMs: await appliedEverywhere(stage) }
}

/** Waits until every node has applied what the log holds; milliseconds. */
async function appliedEverywhere({ nodes }: FigureStage): Promise<number> {
  const startedMs = performance.now()
  for (;;) {
    const positions = (await Promise.all(nodes.map((node) => node.metrics()))).map(({ coherence }) => coherence)
    const tail = Math.max(...positions.map((position) => position.tail))
    if (positions.every(({ applied }) => applied === tail)) return performance.now() - startedMs
  }
}

function report(
  nodes: number,
  cases: readonly Rain[],
  measured: readonly Round[][],
  delaysMs: readonly number[][],
): string {
  const count = (values: readonly number[]) => Math.round(median(values)).toLocaleString('en')
  const rows = cases.map(({ name }, i) => {
    const mine = measured[i] ?? []
    const ratios = mine.map((round, r) => round.readsPerSecond / (measured[0]?.[r]?.readsPerSecond ?? Number.NaN))
    return [
      name,
      count(mine.map(({ keysPerSecond }) => keysPerSecond)),
      count(mine.map(({ readsPerSecond }) => readsPerSecond)),
      median(ratios).toFixed(2),
      Math.max(...mine.map(({ catchUpMs }) => catchUpMs)).toFixed(0),
    ]
  })
  return [
    `L1 hits of ${nodes} nodes, closed loop, ${CONNECTIONS} connections; whoever sends shares the cores with them:`,
    markdownTable(['', 'keys/s invalidated', 'reads/s', 'ratio', 'caught up within ms'], rows),
    'From the append of an invalidation until its acknowledger saw that the last node had applied it:',
    markdownTable(
      DELAY_HEAD,
      cases.map(({ name }, i) => delayRow(name, delaysMs[i] ?? [])),
    ),
  ].join('\n\n')
}
