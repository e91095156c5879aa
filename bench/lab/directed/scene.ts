import { setTimeout as sleep } from 'node:timers/promises'
import { Topology } from '@freshet/core/contracts/node-registry'
import { redisKeys } from '@freshet/core/keys/redis-keys'
import { ringOf } from '@freshet/core/ring/topology'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { type Answer, describeAnswer } from '@freshet/testing/answer'
import type { LabNode } from '../cluster/cache-node.ts'
import type { LabCluster } from '../cluster/lab-cluster.ts'
import type { AckBasis } from '../oracle/ack-tally.ts'
import type { Changer } from '../oracle/changer.ts'
import { byKeys, byTags } from '../oracle/invalidation.ts'
import { tagsOf } from '../oracle/tags-of.ts'

const PATIENCE_MS = 10_000
let keys = 0

/** One key, three nodes and what a forced interleaving is made of. Each method does one thing and says when it is done. */
export class Scene {
  readonly cluster: LabCluster
  /** Nobody else's. */
  key: string
  private readonly changer: Changer
  private readonly namespace: string

  constructor(cluster: LabCluster, changer: Changer, namespace = 'live') {
    this.cluster = cluster
    this.changer = changer
    this.namespace = namespace
    this.key = this.nextKey()
  }

  /** Loads and fills. */
  get a(): LabNode {
    return this.node(0)
  }

  /** Is asked in the end, and has missed something. */
  get b(): LabNode {
    return this.node(1)
  }

  /** Is told of the change. */
  get c(): LabNode {
    return this.node(2)
  }

  get leaseMs(): number {
    return this.cluster.leaseMs
  }

  read(node: LabNode, key = this.key): Promise<Answer> {
    return this.cluster.oracle.read(node.client, key)
  }

  /** The read that decides. One that fails decides nothing. */
  async decide(node: LabNode): Promise<void> {
    const answer = await this.read(node)
    if (answer.status !== 200 && answer.code !== 'miss') throw new Error(`no verdict: ${describeAnswer(answer)}`)
  }

  /** From now on the key is one that this node owns. */
  async takeKeyOf(node: LabNode): Promise<void> {
    const isOwned = async () => {
      const { status, body } = await node.client.get('/api/topology')
      if (status !== 200) return false
      const ring = ringOf(Topology.parse(JSON.parse(body)))
      // All of them, or the nodes that are still missing take some keys over.
      if (ring.size < this.cluster.nodes.length) return false
      while (ring.ownerOf(this.key) !== node.name) this.key = this.nextKey()
      return true
    }
    await this.expect(isOwned, `${node.name} owns a key`)
  }

  /** Reads until the node gives the value fresh from its own memory. */
  async warm(node: LabNode): Promise<void> {
    const isWarm = async () => {
      const { cacheStatus } = await this.read(node)
      return cacheStatus.hit && cacheStatus.detail === 'l1'
    }
    await this.expect(isWarm, `${node.name} holds the value`)
  }

  /** The next version at the source, acknowledged; it is asked for again where nothing was promised. */
  async change(how: 'key' | 'tag' = 'key'): Promise<AckBasis> {
    const invalidation = how === 'key' ? byKeys([this.key]) : byTags([tagsOf(this.key)[1]])
    for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs; await sleep(20)) {
      const by = await this.changer.change([this.key], invalidation, this.c.client)
      if (by !== null) return by
    }
    throw new Error('no change was acknowledged')
  }

  /** At least so many records that concern nobody. One at a time per node: what comes at once shares a record. */
  async makeNoise(count: number): Promise<void> {
    const writers = [this.a, this.c]
    const share = Math.ceil(count / writers.length)
    await Promise.all(
      writers.map(async ({ client }, writer) => {
        for (let i = 0; i < share; i++)
          await client.post('/api/invalidate', { keys: [`noise:${writer}:${i}`], wait: 'none' })
      }),
    )
  }

  /** The position that a node has applied. */
  async applied(node: LabNode): Promise<number> {
    const seen = await node.look()
    if (seen === null) throw new Error(`${node.name} does not say how far it is`)
    return seen.coherence.applied
  }

  /** Until the value lies in the second tier. */
  async expectInRedis(): Promise<void> {
    const entry = redisKeys.entry(this.key)
    await this.expect(
      () => this.cluster.redis.ask(async (redis) => (await redis.exists(entry)) === 1),
      'the value lies in Redis',
    )
  }

  /** @throws when it does not come to hold: then the interleaving that a scene is about did not happen. */
  async expect(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
    if (!(await waitUntil(holds, { timeoutMs: PATIENCE_MS, intervalMs: 2 })))
      throw new Error(`it never came to be that ${what}`)
  }

  private nextKey(): string {
    return `${this.namespace}:scene:${++keys}`
  }

  private node(index: number): LabNode {
    const node = this.cluster.nodes[index]
    if (node === undefined) throw new RangeError('a scene takes three nodes')
    return node
  }
}
