import { scratchFolder } from '@freshet/testing/scratch-folder'
import { Undo } from '@freshet/testing/undo'
import { buildNode } from '../cluster/build-programs.ts'
import { startCluster } from '../cluster/lab-cluster.ts'
import { Changer } from '../oracle/changer.ts'
import { SCENARIOS } from './catalogue.ts'
import { type Played, play } from './play.ts'

/** An interleaving aims at an instant, and a busy machine may miss it. */
const ATTEMPTS = 3

/** Plays every scenario on nodes as they are. One that could not be brought about is tried again. */
export async function playInCluster(leaseMs: number, onPlayed: (played: Played) => void = () => {}): Promise<Played[]> {
  const undo = new Undo()
  try {
    const { folder } = undo.add(scratchFolder('lab-programs'), async ({ remove }) => remove())
    const program = await buildNode(folder)
    const all: Played[] = []
    for (const ring of ['on', 'off'] as const) {
      const cluster = await startCluster({ program, nodes: 3, leaseMs, ring, worker: null }, undo)
      const changer = new Changer(cluster.oracle.rows)
      for (const scenario of SCENARIOS.filter((one) => (one.ring ?? 'off') === ring)) {
        let played = await play(scenario, cluster, changer)
        for (let i = 1; i < ATTEMPTS && played.failure !== null && played.violations.length === 0; i++)
          played = await play(scenario, cluster, changer)
        all.push(played)
        onPlayed(played)
      }
    }
    return all
  } finally {
    await undo.all()
  }
}
