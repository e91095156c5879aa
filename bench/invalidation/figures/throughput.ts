import { scratchFolder } from '@freshet/testing/scratch-folder'
import { httpRequest } from '../../harness/http-request.ts'
import { LoadGenerator } from '../../harness/load-generator.ts'
import { median } from '../../harness/statistics.ts'
import { Invalidator } from '../load/invalidator.ts'
import { readEverything } from '../load/readers.ts'
import { DELAY_HEAD, delayRow } from '../report/delays.ts'
import { markdownTable } from '../report/markdown.ts'
import { type FigureStage, onStage } from '../stage/figure-stage.ts'
import type { Figure } from './figure.ts'

const READ_ROWS = 10_000
const KEYS_PER_SECOND = 10_000
const CONNECTIONS = 64
const SECONDS = 2
const WARM_UP_SECONDS = 0.5

/** What goes on beside the reads; `keysPerRequest` null: nothing. */
interface Case {
  name: string
  keysPerRequest: number | null
}

const CASES: readonly Case[] = [
  { name: 'reads alone', keysPerRequest: null },
  { name: `with ${KEYS_PER_SECOND.toLocaleString('en')} keys/s invalidated, 100 a request`, keysPerRequest: 100 },
  { name: `with ${KEYS_PER_SECOND.toLocaleString('en')} keys/s invalidated, one a request`, keysPerRequest: 1 },
]

interface Round {
  perSecond: number
  /** From the end of sending until every node had applied all of it. */
  catchUpMs: number
}

/** What reads lose while other keys are invalidated: cases in turns, ratios within a round. */
export const throughput: Figure = ({ nodes, rounds }) =>
  onStage({ nodes, rows: READ_ROWS }, async (stage) => {
    const scratch = scratchFolder('throughput')
    try {
      const generator = await LoadGenerator.compile(scratch.folder)
      const requests = await generator.writeRequests(requestsOf(stage))
      await stage.fill()
      for (const caller of stage.callers) await readEverything(caller, stage.catalogue)
      const results = CASES.map((): Round[] => [])
      const delaysMs: number[] = []
      for (let round = 0; round < rounds; round++)
        for (const [i, { keysPerRequest }] of CASES.entries()) {
          const invalidator = keysPerRequest === null ? null : new Invalidator(stage, { keysPerRequest })
          invalidator?.start(KEYS_PER_SECOND)
          const { rps } = await generator.measure({
            requests,
            ports: stage.nodes.map(({ port }) => port),
            connections: CONNECTIONS,
            seconds: SECONDS,
            warmUpSeconds: WARM_UP_SECONDS,
            rate: null,
          })
          delaysMs.push(...((await invalidator?.stop()) ?? []))
          results[i]?.push({ perSecond: rps, catchUpMs: await appliedEverywhere(stage) })
        }
      return report(nodes, results, delaysMs)
    } finally {
      scratch.remove()
    }
  })

function requestsOf({ catalogue, installation }: FigureStage): Buffer[] {
  const headers = { Authorization: installation.authorization }
  return Array.from({ length: catalogue.rows }, (_, row) =>
    httpRequest('GET', `/api/cache/${catalogue.key(row)}`, headers),
  )
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

function report(nodes: number, results: readonly Round[][], delaysMs: readonly number[]): string {
  const baseline = results[0] ?? []
  const rows = CASES.map(({ name }, i) => {
    const mine = results[i] ?? []
    const ratio = median(mine.map(({ perSecond }, round) => perSecond / (baseline[round]?.perSecond ?? Number.NaN)))
    const catchUpMs = Math.max(...mine.map((round) => round.catchUpMs))
    const perSecond = Math.round(median(mine.map((round) => round.perSecond)))
    return [name, perSecond.toLocaleString('en'), ratio.toFixed(2), catchUpMs.toFixed(0)]
  })
  return [
    `Reads of ${nodes} nodes (closed loop, L1 hits; generator, sender and Redis share the machine's cores):`,
    markdownTable(['', 'reads/s', 'ratio', 'caught up within ms'], rows),
    'Propagation meanwhile, from the append until the acknowledging node saw the last node apply it:',
    markdownTable(DELAY_HEAD, [delayRow('all nodes', delaysMs)]),
  ].join('\n\n')
}
