import { LogTail } from '@freshet/core/coherence/log-tail'
import { type Case, simulate } from '../polling/simulate.ts'
import { spacedTail } from '../polling/spaced-tail.ts'
import type { Figure, FigureContext } from './figure.ts'
import { fixed, mebibytes, percent } from './numbers.ts'

const APPENDS = [1, 10, 100, 1_000]
const NODES = [1, 3, 10, 30, 100, 300, 1_000]
const SPACED_FROM = 100
/** Polls a second at most, of all nodes together, when nodes space them by how many they are. */
const POLLS_AT_MOST = 5_000

/** What following the log asks of Redis, and what all nodes and their callers get for it. */
export const polling: Figure = {
  columns: [
    'Nodes',
    'Appends/s',
    'Polls and doorbells',
    'Polls/s',
    'Member tables/s',
    'Redis busy',
    'MiB/s out of it',
    'Applied by all: p50, ms',
    'p99, ms',
    'Acknowledged: p50, ms',
    'p99, ms',
    'Nodes with a lease',
  ],
  async rows(context) {
    const nodes = context.quick ? [3, 100] : NODES
    const appends = context.quick ? [10, 1_000] : APPENDS
    const rows: string[][] = []
    for (const size of nodes)
      for (const perSecond of appends) {
        const given = { nodes: size, appends: perSecond, bellSpacingMs: 0, makeTail: LogTail }
        rows.push(await rowOf('as they are', given, context))
      }
    for (const size of nodes.filter((one) => one >= SPACED_FROM)) {
      const spacingMs = Math.ceil((size * 1_000) / POLLS_AT_MOST)
      const makeTail = await spacedTail(spacingMs)
      for (const perSecond of appends) {
        const given = { nodes: size, appends: perSecond, bellSpacingMs: spacingMs, makeTail }
        rows.push(await rowOf(`${spacingMs} ms apart`, given, context))
      }
    }
    return rows
  },
}

async function rowOf(name: string, given: Case, context: FigureContext): Promise<string[]> {
  const figures = await simulate(given, await context.redisCosts())
  const { applied, acknowledged } = figures
  return [
    fixed(given.nodes),
    fixed(given.appends),
    name,
    fixed(figures.pollsPerSecond),
    fixed(figures.looksPerSecond),
    percent(figures.busy),
    mebibytes(figures.bytesPerSecond),
    ...[applied.p50, applied.p99, acknowledged.p50, acknowledged.p99].map(delay),
    percent(figures.coherent),
  ]
}

function delay(ms: number): string {
  return Number.isFinite(ms) ? fixed(ms, 1) : 'falls behind'
}
