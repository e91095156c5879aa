import { setTimeout as sleep } from 'node:timers/promises'
import { Topology } from '@freshet/core/contracts/node-registry'
import type { HashRing } from '@freshet/core/ring/hash-ring'
import { ringOf } from '@freshet/core/ring/topology'
import type { CacheNode } from '../cluster/cache-node.ts'

const EVERY_MS = 100
/** A node that fell silent is taken off the list after six seconds. */
const AGREE_WITHIN_MS = 20_000

/** Who is there and who owns what, as the nodes themselves serve it: what a client that routes by the ring knows. */
export class TopologyWatch {
  private readonly nodes: () => readonly CacheNode[]
  private current: Topology | null = null
  private currentRing = ringOf({ nodes: [] })
  private running = true
  private asked = 0
  private readonly loop: Promise<void>

  constructor(nodes: () => readonly CacheNode[]) {
    this.nodes = nodes
    this.loop = this.follow()
  }

  get latest(): Topology | null {
    return this.current
  }

  /** Of the latest. Immutable, for who asks later what has moved. */
  get ring(): HashRing {
    return this.currentRing
  }

  /**
   * Resolves once every living node serves the same topology, in whose ring are those that `isIt` approves of; then that
   * is the latest. Rejects when they do not agree in time.
   * @returns how long that took, milliseconds.
   */
  async agree(isIt: (idsInRing: readonly string[]) => boolean): Promise<number> {
    const startedMs = performance.now()
    let seen: (Topology | null)[] = []
    for (; performance.now() - startedMs < AGREE_WITHIN_MS; await sleep(20)) {
      seen = await Promise.all(this.nodes().map(readTopology))
      const [first] = seen
      if (!first || seen.some((one) => one?.version !== first.version) || !isIt(idsInRingOf(first))) continue
      this.see(first)
      return performance.now() - startedMs
    }
    throw new Error(
      `nodes do not agree on who is there: ${seen.map((one) => one && idsInRingOf(one).join(' ')).join('; ')}`,
    )
  }

  async stop(): Promise<void> {
    this.running = false
    await this.loop
  }

  /** Asks one node after the other, as a client does that knows none of them to be better. */
  private async follow(): Promise<void> {
    for (; this.running; await sleep(EVERY_MS)) {
      const nodes = this.nodes()
      const node = nodes[this.asked++ % Math.max(1, nodes.length)]
      if (node === undefined) continue
      const topology = await readTopology(node)
      if (topology !== null) this.see(topology)
    }
  }

  private see(topology: Topology): void {
    if (topology.version !== this.current?.version) this.currentRing = ringOf(topology)
    this.current = topology
  }
}

async function readTopology({ client }: CacheNode): Promise<Topology | null> {
  const answer = await client.get('/api/topology')
  return answer.status === 200 ? Topology.parse(JSON.parse(answer.body)) : null
}

function idsInRingOf({ nodes }: Topology): string[] {
  return nodes.filter(({ inRing, draining }) => inRing && !draining).map(({ id }) => id)
}
