import { setTimeout as sleep } from 'node:timers/promises'
import type { LabNode } from '../cluster/cache-node.ts'
import type { LabCluster } from '../cluster/lab-cluster.ts'
import { Changer } from '../oracle/changer.ts'
import { AsideClients } from './aside-clients.ts'
import { anyChange, anyKey, distinctKeys } from './keys.ts'
import { between, pick, type Random } from './random.ts'

export interface TrafficOptions {
  /** Of each node. */
  readers: number
  /** Between an answer and the same reader's next request, milliseconds. */
  readerPauseMs: number
  writers: number
  /** Longest pause between two changes of a writer, milliseconds. */
  writerPauseMs: number
}

/** Share of changes that are soft. */
const SOFT_SHARE = 0.1
/** Share of requests that read several keys at once, and how many. */
const BATCH_SHARE = 0.02
const BATCH_SIZE = 10
/** Changes of one key in a row: the next must come while readers load what the last one ended. */
const BURST = 3

/** Readers of every node, writers that go to any, and clients that load for themselves. */
export class Traffic {
  readonly changer: Changer
  readonly aside: AsideClients
  private readonly cluster: LabCluster
  private readonly random: Random
  private running = true
  private readonly loops: Promise<void>[] = []

  constructor(cluster: LabCluster, random: Random) {
    this.cluster = cluster
    this.random = random
    this.changer = new Changer(cluster.oracle.rows)
    this.aside = new AsideClients(cluster, random)
  }

  start({ readers, readerPauseMs, writers, writerPauseMs }: TrafficOptions): void {
    for (const node of this.cluster.nodes) {
      for (let i = 0; i < readers; i++) this.loops.push(this.read(node, readerPauseMs))
      this.loops.push(this.loop(() => this.aside.serve(node)))
    }
    for (let i = 0; i < writers; i++) this.loops.push(this.loop(() => this.write(writerPauseMs)))
  }

  async stop(): Promise<void> {
    this.running = false
    await Promise.all(this.loops)
  }

  private async loop(turn: () => Promise<void>): Promise<void> {
    while (this.running) await turn()
  }

  private async read(node: LabNode, pauseMs: number): Promise<void> {
    const { oracle } = this.cluster
    while (this.running) {
      const { status } =
        this.random() < BATCH_SHARE
          ? await oracle.readMany(node.client, distinctKeys(this.random, BATCH_SIZE))
          : await oracle.read(node.client, anyKey(this.random))
      // A node that is down refuses at once: asking it as fast as that would only keep this process busy.
      const pause = status === 0 ? Math.max(pauseMs, 20) : pauseMs
      if (pause > 0) await sleep(pause)
    }
  }

  private async write(pauseMs: number): Promise<void> {
    const { random, cluster, changer } = this
    const { keys, invalidation } = anyChange(random)
    const mode = random() < SOFT_SHARE ? 'soft' : 'hard'
    for (let i = 0; i < BURST && this.running; i++) {
      await changer.change(keys, invalidation, pick(random, cluster.nodes).client, mode)
      await sleep(between(random, 0, cluster.source.sleepMs))
    }
    await sleep(between(random, 0, pauseMs))
  }
}
