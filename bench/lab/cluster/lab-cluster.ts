import { randomBytes } from 'node:crypto'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { nodePlan, nodeUrls, workerPlan } from '@freshet/scripts/platform/service-specs'
import { freePorts } from '@freshet/scripts/processes/ports'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { type Part, startPart } from '@freshet/testing/part'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { together, type Undo } from '@freshet/testing/undo'
import { Oracle } from '../oracle/oracle.ts'
import { Source } from '../oracle/source.ts'
import { publishPolicies, savePolicies } from './control-plane.ts'
import { describeNode, type LabNode, labNode } from './lab-node.ts'
import { labPolicies } from './policies.ts'
import { RedisPair } from './redis-pair.ts'

export interface ClusterOptions {
  /** The node's program, as it was built. */
  program: string
  nodes: number
  leaseMs: number
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
  const { program, leaseMs } = options
  const databaseUrl = options.worker?.databaseUrl ?? null
  const { folder } = undo.add(scratchFolder('lab'), async ({ remove }) => remove())
  const secret = randomBytes(32).toString('base64url')
  const token = internalToken(deriveKey(secret, 'node-to-node'))
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

  const ports = await freePorts(options.nodes + 1)
  const [workerPort = 0, ...nodePorts] = ports
  const around = (redisUrl: string) => ({
    redisUrl,
    secret,
    dev: false,
    databaseUrl: databaseUrl ?? '',
    ports: { portal: 0, origin: 0, worker: workerPort, node: nodePorts },
  })
  const openLink = async () => undo.add(await redis.link(), (link) => link.close())

  async function startNode(index: number): Promise<LabNode> {
    const link = await openLink()
    const plan = nodePlan(index, around(link.url))
    const env = { ...plan.env, ...NODE_SETTINGS, FRESHET_LEASE_MS: String(leaseMs) }
    const url = nodeUrls(around(link.url))[index] ?? ''
    const part = await startPart({ ...plan, args: programArgs(program), env }, url, folder)
    undo.add(part, (it) => it.stop())
    return undo.add(labNode(plan.name, part, link, token), async ({ client }) => client.close())
  }

  async function startWorker(worker: string): Promise<Part> {
    const plan = workerPlan(around((await openLink()).url))
    const env = { ...plan.env, FRESHET_LEASE_MS: String(leaseMs), LOG_LEVEL: 'warn' }
    const part = await startPart({ ...plan, args: programArgs(worker), env }, '', folder)
    return undo.add(part, (it) => it.stop())
  }

  const [started, worker] = await together([
    together(nodePorts.map((_, index) => startNode(index))),
    options.worker === null ? Promise.resolve(null) : startWorker(options.worker.program),
  ])
  nodes.push(...started)
  const cluster = { nodes: requireFirst(nodes), worker, redis, source, oracle, leaseMs, settle }
  await settle()
  return cluster

  async function settle(limitMs = 20_000): Promise<void> {
    const sinceMs = performance.now()
    const isWell = async (node: LabNode) => {
      const seen = await node.look()
      if (seen?.coherence.state !== 'coherent' || seen.gauges.controlRevision === 0) return false
      // A lease that began before says nothing of what has happened to the log since.
      return leaseMs - seen.coherence.leaseRemainingMs < performance.now() - sinceMs
    }
    const areWell = async () => (await Promise.all(nodes.map(isWell))).every(Boolean)
    if (await waitUntil(areWell, { timeoutMs: limitMs })) return
    throw new Error(`not every node is coherent:\n${(await Promise.all(nodes.map(describeNode))).join('\n')}`)
  }
}

const NODE_SETTINGS = {
  // A fill that is held must not fail for it: late fills are what the lab is about.
  FRESHET_L2_STALL_MS: '10000',
  FRESHET_LOG_MAX_RECORDS: '5000',
  FRESHET_DRAIN_MS: '200',
  LOG_LEVEL: 'warn',
}

function programArgs(file: string): string[] {
  return ['--enable-source-maps', file]
}

function requireFirst<T>(all: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = all
  if (first === undefined) throw new RangeError('a cluster has at least one node')
  return [first, ...rest]
}
