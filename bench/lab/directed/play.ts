import type { LabCluster } from '../cluster/lab-cluster.ts'
import type { Changer } from '../oracle/changer.ts'
import type { Violation } from '../oracle/oracle.ts'
import type { Scenario } from './scenario.ts'
import { Scene } from './scene.ts'

export interface Played {
  scenario: Scenario
  /** What the oracle saw. */
  violations: readonly Violation[]
  /** Why the interleaving could not be brought about; null: it was. */
  failure: string | null
  tookMs: number
}

/** Plays one scenario on a cluster where all is well, and leaves it so. */
export async function play(scenario: Scenario, cluster: LabCluster, changer: Changer): Promise<Played> {
  const startedMs = performance.now()
  const seen = cluster.oracle.violations.length
  const scene = new Scene(cluster, changer, scenario.namespace)
  let failure: string | null = null
  try {
    await cluster.settle()
    await scenario.play(scene)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  } finally {
    for (const { link } of cluster.nodes) link.reopen()
  }
  await cluster.oracle.settle()
  const violations = cluster.oracle.violations.slice(seen)
  return { scenario, violations, failure, tookMs: performance.now() - startedMs }
}
