import type { FigureStage } from '../stage/figure-stage.ts'
import { type Paced, paced } from './paced.ts'
import { pickCaller } from './pick-caller.ts'

/** How often a second one invalidation is followed until every node has applied it. */
const PROBES_PER_SECOND = 20

/** Follows some invalidations through the cluster while others do what they do. */
export class PropagationProbe {
  /** From the append until its acknowledger saw that the last node had applied it, milliseconds. */
  readonly delaysMs: number[] = []
  private readonly probing: Paced

  constructor({ callers, catalogue }: FigureStage) {
    this.probing = paced(PROBES_PER_SECOND, async (n) => {
      const wish = { keys: [catalogue.beyond(n)], wait: 'all' } as const
      const { nodes, acknowledgedBy } = await pickCaller(callers, n).invalidate(wish)
      if (acknowledgedBy !== 'members') return
      this.delaysMs.push(Math.max(...nodes.flatMap(({ appliedAfterMs }) => appliedAfterMs ?? [])))
    })
  }

  async stop(): Promise<void> {
    await this.probing.stop()
  }
}
