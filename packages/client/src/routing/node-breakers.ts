import { type Breaker, createBreaker } from '@freshet/core/origins/breaker'

const FAILURES_TO_OPEN = 3
const OPEN_MS = 1_000
/** Addresses remembered; a cluster that is replaced node by node must not fill the memory. */
const MAX_NODES = 2_000

/** One breaker per node, so that a node that is gone costs a caller at most a try now and then. */
export class NodeBreakers {
  private readonly breakers = new Map<string, Breaker>()

  of(url: string): Breaker {
    const known = this.breakers.get(url)
    if (known !== undefined) return known
    const oldest = this.breakers.keys().next().value
    if (this.breakers.size >= MAX_NODES && oldest !== undefined) this.breakers.delete(oldest)
    const breaker = createBreaker({ failuresToOpen: FAILURES_TO_OPEN, openMs: OPEN_MS })
    this.breakers.set(url, breaker)
    return breaker
  }
}
