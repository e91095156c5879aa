import { setTimeout as sleep } from 'node:timers/promises'
import type { LabNode } from '../cluster/cache-node.ts'
import type { LabCluster } from '../cluster/lab-cluster.ts'
import { tagsOf } from '../oracle/tags-of.ts'
import { anyAsideKey } from './keys.ts'
import { between, pick, type Random } from './random.ts'

/** After a read that found something, milliseconds. */
const PAUSE_MS = 10

/** Clients of a namespace without origin: they ask for the lease of a miss, read the source, and write by it. */
export class AsideClients {
  /** Leases given. */
  leases = 0
  /** Fills that were taken. */
  filled = 0
  /** Fills that came too late. */
  fenced = 0
  private readonly cluster: LabCluster
  private readonly random: Random

  constructor(cluster: LabCluster, random: Random) {
    this.cluster = cluster
    this.random = random
  }

  async serve(node: LabNode): Promise<void> {
    const { oracle, source, nodes } = this.cluster
    const key = anyAsideKey(this.random)
    const { lease } = await oracle.read(node.client, key, { 'freshet-lease': 'request' })
    if (lease === '') return sleep(PAUSE_MS)
    this.leases++
    const read = String(oracle.rows.of(key).committed)
    await sleep(between(this.random, 0, source.sleepMs))
    const { status } = await pick(this.random, nodes).client.request('PUT', key, read, {
      'freshet-lease': lease,
      'content-type': 'text/plain',
      'surrogate-key': tagsOf(key).join(' '),
    })
    if (status === 204) this.filled++
    else if (status === 409) this.fenced++
  }
}
