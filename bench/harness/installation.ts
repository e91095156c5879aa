import { randomBytes } from 'node:crypto'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import type { OriginConfig } from '@freshet/core/policy/origin-config'
import { nodePlan, workerPlan } from '@freshet/scripts/platform/service-specs'
import { freePort } from '@freshet/scripts/processes/ports'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { type Part, startPart } from '@freshet/testing/part'
import { startPostgres } from '@freshet/testing/postgres'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import type { Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'
import { buildPrograms } from '../lab/cluster/build-programs.ts'
import { publishPolicies, savePolicies } from '../lab/cluster/control-plane.ts'

const COHERENT_WITHIN_MS = 20_000

type Settings = Readonly<Record<string, string>>

/** What a benchmark says of a namespace; the rest is default. */
type Policy = Partial<Omit<NamespacePolicy, 'origin'>> & {
  name: string
  origin?: Partial<OriginConfig> & { url: string }
}

interface InstallationOptions {
  redisUrl: string
  policies: readonly Policy[]
  /** Whether there is a worker, and a PostgreSQL for its audit. */
  worker?: { settings: Settings }
}

/** A cache-node in a process of its own. */
export interface CacheNode extends Part {
  readonly name: string
  readonly port: number
  metrics(): Promise<NodeMetrics>
}

/** The product's own processes on one Redis, built from the sources as they are now. */
export interface Installation {
  /** `Authorization` of one who may do anything. */
  readonly authorization: string
  readonly worker: Part | null
  /** Resolves when the node is coherent. `settings` are environment variables. */
  startNode(settings?: Settings): Promise<CacheNode>
}

/** Everything that was started ends with `undo`. */
export async function openInstallation(options: InstallationOptions, undo: Undo): Promise<Installation> {
  const { redisUrl } = options
  const { folder } = undo.add(scratchFolder('installation'), async ({ remove }) => remove())
  const programs = await buildPrograms(folder)
  const secret = randomBytes(32).toString('base64url')
  const authorization = `Bearer ${internalToken(deriveKey(secret, 'node-to-node'))}`
  const policies = options.policies.map((policy) => NamespacePolicy.parse(policy))
  const around = {
    redisUrl,
    secret,
    dev: false,
    databaseUrl: '',
    ports: { portal: 0, origin: 0, worker: 0, node: [0] },
  }
  const start = async ({ plan, program, settings, url }: Launch) => {
    const env = { ...plan.env, LOG_LEVEL: 'error', ...settings }
    return undo.add(await startPart({ ...plan, args: [program], env }, url, folder), (part) => part.stop())
  }

  async function startWorker(settings: Settings): Promise<Part> {
    const postgres = undo.add(await startPostgres(), (server) => server.stop())
    await withRedis(redisUrl, (redis) => savePolicies(redis, postgres.url, policies))
    const port = await freePort()
    const plan = workerPlan({ ...around, databaseUrl: postgres.url, ports: { ...around.ports, worker: port } })
    return start({ plan, program: programs.worker, settings, url: `http://127.0.0.1:${port}` })
  }

  if (!options.worker) await withRedis(redisUrl, (redis) => publishPolicies(redis, policies))
  const worker = options.worker ? await startWorker(options.worker.settings) : null
  let started = 0
  return {
    authorization,
    worker,
    startNode: async (settings = {}) => {
      const index = started++
      const ports: number[] = []
      ports[index] = await freePort()
      const plan = nodePlan(index, { ...around, ports: { ...around.ports, node: ports } })
      const url = plan.env.FRESHET_NODE_URL ?? ''
      const part = await start({ plan, program: programs.node, settings, url })
      const node = Object.assign(part, {
        name: plan.name,
        port: ports[index],
        metrics: () => readMetrics(url, authorization),
      })
      await becomeCoherent(node)
      return node
    },
  }
}

interface Launch {
  plan: ReturnType<typeof nodePlan>
  program: string
  settings: Settings
  url: string
}

/** Resolves when a node may call values fresh and knows its policies. */
export async function becomeCoherent(node: CacheNode): Promise<void> {
  const isCoherent = async () => {
    const { coherence, gauges } = await node.metrics()
    return coherence.state === 'coherent' && gauges.controlRevision > 0
  }
  if (!(await waitUntil(isCoherent, { timeoutMs: COHERENT_WITHIN_MS })))
    throw new Error(`${node.name} did not become coherent within ${COHERENT_WITHIN_MS / 1_000} s`)
}

async function readMetrics(url: string, authorization: string): Promise<NodeMetrics> {
  const response = await fetch(`${url}/api/metrics`, { headers: { authorization } })
  if (!response.ok) throw new Error(`${url} gave no metrics: ${response.status} ${await response.text()}`)
  return NodeMetrics.parse(await response.json())
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  try {
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}
