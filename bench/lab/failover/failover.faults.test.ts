import type { Undo } from '@freshet/testing/undo'
import { describe, expect, test } from 'vitest'
import { describeStruck } from '../report/describe-failover.ts'
import { describeViolation } from '../report/describe-violation.ts'
import type { Topology } from './blow.ts'
import { clusterTopology } from './cluster-blows.ts'
import { runFailover } from './run-failover.ts'
import { sentinelTopology } from './sentinel-blows.ts'
import { shortfallsOf } from './shortfalls.ts'

/** The same servers, of whose blows only one strikes: each test in a time that a run of all tests can bear. */
const only = (index: number, start: (undo: Undo) => Promise<Topology>) => async (undo: Undo) => {
  const topology = await start(undo)
  return { ...topology, blows: topology.blows.slice(index, index + 1) }
}

const LOSSES: readonly [string, (undo: Undo) => Promise<Topology>][] = [
  ['Sentinel, a master that is killed', only(0, sentinelTopology)],
  ['Sentinel, a master that is cut off from all but the nodes', only(1, sentinelTopology)],
  ["Cluster, the log's master that is killed", only(0, clusterTopology)],
  ['Cluster, another master that is killed', only(1, clusterTopology)],
]

describe('under reads and invalidations nothing stale is called fresh, and all of it works again', () => {
  test.each(LOSSES)('%s', async (_, startTopology) => {
    const run = await runFailover({
      startTopology,
      nodes: 3,
      leaseMs: 800,
      seed: Math.floor(Math.random() * 2 ** 32),
      traffic: { readers: 6, readerPauseMs: 5, writers: 3, writerPauseMs: 80 },
      calmMs: 1_500,
    })
    console.log(run.struck.flatMap(describeStruck).join('\n'))
    expect(run.violations.flatMap(describeViolation)).toEqual([])
    expect(shortfallsOf(run, 1, { reads: 200, acknowledgements: 10 })).toEqual([])
  })
})
