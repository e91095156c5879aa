import { startPostgres } from '@freshet/testing/postgres'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { together, Undo } from '@freshet/testing/undo'
import { buildPrograms } from '../cluster/build-programs.ts'
import { type LabCluster, startCluster } from '../cluster/lab-cluster.ts'
import type { ReadCounts } from '../oracle/tally.ts'
import { seeded } from '../workload/random.ts'
import { type ChaosOptions, type ChaosResult, runChaos } from './chaos.ts'
import { shortfallsOf } from './shortfalls.ts'

export interface ChaosRun {
  result: ChaosResult
  /** Why it is no proof; empty: it is one. */
  shortfalls: readonly string[]
  violations: LabCluster['oracle']['violations']
}

/** Starts three nodes, a worker with its database and two Redis servers, runs chaos on them and takes all down again. */
export async function chaosInCluster(
  leaseMs: number,
  seed: number,
  options: ChaosOptions,
  onProgress?: (reads: ReadCounts, faults: number) => void,
): Promise<ChaosRun> {
  const undo = new Undo()
  try {
    const { folder } = undo.add(scratchFolder('lab-programs'), async ({ remove }) => remove())
    const [programs, postgres] = await together([
      buildPrograms(folder),
      startPostgres().then((server) => undo.add(server, (it) => it.stop())),
    ])
    const worker = { program: programs.worker, databaseUrl: postgres.url }
    const cluster = await startCluster({ program: programs.node, nodes: 3, leaseMs, ring: 'on', worker }, undo)
    const result = await runChaos(cluster, seeded(seed), options, onProgress)
    const { oracle } = cluster
    await oracle.settle()
    const { violations } = oracle
    return { result, shortfalls: shortfallsOf(result, options, { violations, fallen: fallenOf(cluster) }), violations }
  } finally {
    await undo.all()
  }
}

function fallenOf({ nodes, worker }: LabCluster): string[] {
  const nodesDown = nodes.filter(({ part }) => part.fell).map(({ name }) => name)
  return worker?.fell ? [...nodesDown, 'worker'] : nodesDown
}
