import { redisKeys } from '@freshet/core/keys/redis-keys'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { connectRedis } from '@freshet/redis/connection'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import type { SourceEdit } from '@freshet/testing/source-edits'
import { together, type Undo } from '@freshet/testing/undo'
import { TopologyWatch } from '../clients/topology-watch.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Source } from '../oracle/source.ts'
import { buildNode } from './build-programs.ts'
import { type CacheNode, describeNode } from './cache-node.ts'
import { publishPolicies } from './control-plane.ts'
import { prepareFleet } from './fleet.ts'
import { labPolicies } from './policies.ts'

export interface StageOptions {
  nodes: number
  /** That may be started beside them. */
  spare: number
  leaseMs: number
  /** Of the log and of everything else, whatever the topology behind it. */
  redisUrl: string
  settings?: Readonly<Record<string, string>>
  /** Of the node's sources; for a build that lacks something. */
  edits?: readonly SourceEdit[]
  /** Changes a policy of the lab before it is published. */
  adjust?: (policy: NamespacePolicy) => NamespacePolicy
}

/** Nodes that come and go and ask each other for keys, the oracle with its source, and who is there by the nodes' own word. */
export interface Stage {
  oracle: Oracle
  source: Source
  topology: TopologyWatch
  /** Those that were not ended; in the order of their places. */
  readonly nodes: readonly CacheNode[]
  /** A node that clients may have heard of, whether it still lives or not. */
  find(name: string): CacheNode | undefined
  leaseMs: number
  /** For requests that go past the nodes' clients. */
  token: string
  /** Starts one more; resolves when it is ready. */
  add(): Promise<CacheNode>
  /** Kills one without a word. */
  kill(node: CacheNode): void
  /** Ends one in good order. */
  end(node: CacheNode): Promise<void>
  settle(limitMs?: number): Promise<void>
}

export async function openStage(options: StageOptions, undo: Undo): Promise<Stage> {
  const { leaseMs, redisUrl, settings, adjust = (policy) => policy } = options
  const { folder } = undo.add(scratchFolder('lab'), async ({ remove }) => remove())
  const program = await buildNode(folder, options.edits)
  const nodes: CacheNode[] = []
  const everStarted: CacheNode[] = []
  const oracle = new Oracle(() => Promise.all(nodes.map(describeNode)))
  const source = undo.add(await Source.open(oracle.rows), (opened) => opened.close())
  await publish(redisUrl, labPolicies(source.url).map(adjust))
  const places = options.nodes + options.spare
  const fleet = await prepareFleet(
    { program, leaseMs, places, ring: 'on', folder, ...(settings && { settings }) },
    undo,
  )
  const first = Array.from({ length: options.nodes }, (_, place) => fleet.start(place, redisUrl))
  const take = (node: CacheNode) => {
    nodes.push(node)
    everStarted.push(node)
  }
  for (const node of await together(first)) take(node)
  const topology = undo.add(new TopologyWatch(() => nodes), async (watch) => watch.stop())
  const settle = (limitMs?: number) => fleet.settle(nodes, limitMs)
  let started = options.nodes
  const without = (node: CacheNode) => nodes.splice(nodes.indexOf(node), 1)
  await settle()
  await topology.agree((ids) => ids.length === nodes.length)
  return {
    oracle,
    source,
    topology,
    nodes,
    find: (name) => everStarted.find((node) => node.name === name),
    leaseMs,
    token: fleet.token,
    async add() {
      const node = await fleet.start(started++, redisUrl)
      take(node)
      return node
    },
    kill(node) {
      node.part.kill('SIGKILL')
      without(node)
    },
    async end(node) {
      await node.part.stop()
      without(node)
    },
    settle,
  }
}

async function publish(redisUrl: string, policies: NamespacePolicy[]): Promise<void> {
  const near = redisKeys.controlDocument
  const redis = connectRedis({ url: redisUrl, near, name: 'lab/control', stallMs: 0, onError: () => {} })
  try {
    if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
    await publishPolicies(redis, policies)
  } finally {
    redis.disconnect()
  }
}
