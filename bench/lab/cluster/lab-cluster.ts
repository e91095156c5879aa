import { workerPlan } from '@freshet/scripts/platform/service-specs'
import { freePorts } from '@freshet/scripts/processes/ports'
import { type Part, startPart } from '@freshet/testing/part'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { together, type Undo } from '@freshet/testing/undo'
import { Oracle } from '../oracle/oracle.ts'
import { Source } from '../oracle/source.ts'
import { describeNode, type LabNode } from './cache-node.ts'
import { publishPolicies, savePolicies } from './control-plane.ts'
import { prepareFleet } from './fleet.ts'
import { labPolicies } from './policies.ts'
import { RedisPair } from './redis-pair.ts'

export interface ClusterOptions {
  /** The node's program, as it was built. */
  program: string
  nodes: number
  leaseMs: number
  /**
   * Whether nodes own keys and ask each other for them. Interleavings that are forced need a node that does by itself what
   * it is asked for: off.
   */
  ring: 'on' | 'off'
  /** The worker's program and an empty PostgreSQL database for it; null: no worker. */
  worker: { program: string; databaseUrl: string } | null
}

/** Real processes: nodes, each with its own breakable way to Redis, two Redis servers, a worker; and the oracle in ours. */
export interface LabCluster {
  nodes: readonly [LabNode, ...LabNode[]]
  worker: Part | null
  redis: RedisPair
  source: Source
  oracle: Oracle
  leaseMs: number
  /** Resolves when every node has a lease by a poll sent after the call; rejects when one has not in time. */
  settle(limitMs?: number): Promise<void>
}

export async function startCluster(options: ClusterOptions, undo: Undo): Promise<LabCluster> {
  const { leaseMs } = options
  const databaseUrl = options.worker?.databaseUrl ?? null
  const { folder } = undo.add(scratchFolder('lab'), async ({ remove }) => remove())
  const nodes: LabNode[] = []
  const oracle = new Oracle(() => Promise.all(nodes.map(describeNode)))
  const [redis, source] = await together([
    RedisPair.start(undo),
    Source.open(oracle.rows).then((it) => undo.add(it, (opened) => opened.close())),
  ])
  const policies = labPolicies(source.url)
  await redis.ask((it) =>
    databaseUrl === null ? publishPolicies(it, policies) : savePolicies(it, databaseUrl, policies),
  )
  const fleet = await prepareFleet({ ...options, places: options.nodes, folder, settings: NO_FENCE }, undo)
  const openLink = async () => undo.add(await redis.link(), (link) => link.close())

  async function startNode(place: number): Promise<LabNode> {
    const link = await openLink()
    return { ...(await fleet.start(place, link.url)), link }
  }

  async function startWorker(program: string): Promise<Part> {
    const [worker = 0] = await freePorts(1)
    const { url } = await openLink()
    const ports = { portal: 0, origin: 0, worker, node: [] }
    const around = { redisUrl: url, secret: fleet.secret, dev: false, databaseUrl: databaseUrl ?? '', ports }
    const plan = workerPlan(around)
    const env = { ...plan.env, ...NO_FENCE, FRESHET_LEASE_MS: String(leaseMs), LOG_LEVEL: 'warn' }
    const part = await startPart({ ...plan, args: ['--enable-source-maps', program], env }, '', folder)
    return undo.add(part, (it) => it.stop())
  }

  const [started, worker] = await together([
    together(Array.from({ length: options.nodes }, (_, place) => startNode(place))),
    options.worker === null ? Promise.resolve(null) : startWorker(options.worker.program),
  ])
  nodes.push(...started)
  const settle = (limitMs?: number) => fleet.settle(nodes, limitMs)
  const cluster = { nodes: requireFirst(nodes), worker, redis, source, oracle, leaseMs, settle }
  await settle()
  return cluster
}

/** The primary is dead before its replica takes its place, so nobody can be cut off: that is the business of failover/. */
const NO_FENCE = { FRESHET_FENCE_MS: '0', FRESHET_WAIT_REPLICAS: '0' }

function requireFirst<T>(all: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = all
  if (first === undefined) throw new RangeError('a cluster has at least one node')
  return [first, ...rest]
}
