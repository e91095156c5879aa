import { startRedis } from '@freshet/testing/redis'
import { Undo } from '@freshet/testing/undo'
import { Redis } from 'ioredis'
import { type CacheNode, type Installation, openInstallation } from '../../harness/installation.ts'
import { NodeCaller } from '../load/node-caller.ts'
import { Catalogue } from './catalogue.ts'
import { CatalogueSource } from './catalogue-source.ts'
import { fillL2 } from './fill-l2.ts'

const MIB = 1024 * 1024
/** What an entry of the catalogue takes in L1, all told, with room to spare. */
const L1_BYTES_PER_ROW = 1_024
const DAY_MS = 86_400_000

export interface StageOptions {
  nodes: number
  rows: number
  /** Environment variables of the worker; absent: there is no worker. */
  worker?: Readonly<Record<string, string>>
}

/** Nodes on a Redis of their own, with an origin whose rows they cache. */
export interface FigureStage {
  readonly installation: Installation
  readonly nodes: CacheNode[]
  readonly callers: readonly NodeCaller[]
  readonly redis: Redis
  readonly catalogue: Catalogue
  readonly source: CatalogueSource
  /** Environment variables of the nodes. */
  readonly settings: Readonly<Record<string, string>>
  /** Writes every row into L2 at the version of now. */
  fill(): Promise<void>
}

/** Opens a stage, has it used, and takes it down however that ends. */
export async function onStage<T>(options: StageOptions, use: (stage: FigureStage) => Promise<T>): Promise<T> {
  const undo = new Undo()
  try {
    return await use(await openStage(options, undo))
  } finally {
    await undo.all()
  }
}

async function openStage({ nodes: count, rows, worker }: StageOptions, undo: Undo): Promise<FigureStage> {
  const server = undo.add(await startRedis(), (it) => it.stop())
  const redis = undo.add(new Redis(server.url), async (it) => it.disconnect())
  const catalogue = new Catalogue(rows)
  const source = undo.add(await CatalogueSource.open(catalogue), (it) => it.close())
  const origin = {
    url: `${source.url}/rows/{rest}`,
    batch: { url: `${source.url}/rows`, maxKeys: 1_000 },
    softTimeoutMs: 10_000,
    attemptTimeoutMs: 10_000,
    deadlineMs: 20_000,
    maxQueue: 100_000,
  }
  const policies = [{ name: Catalogue.namespace, ttlMs: DAY_MS, jitterRatio: 0, origin }]
  const installation = await openInstallation(
    { redisUrl: server.url, policies, ...(worker && { worker: { settings: worker } }) },
    undo,
  )
  const settings = {
    FRESHET_L1_MAX_ENTRIES: String(rows),
    FRESHET_L1_MAX_BYTES: String(Math.max(256 * MIB, rows * L1_BYTES_PER_ROW)),
  }
  const nodes: CacheNode[] = []
  for (let n = 0; n < count; n++) nodes.push(await installation.startNode(settings))
  const callers = nodes.map((node) =>
    undo.add(new NodeCaller(node.url, installation.authorization), async (caller) => caller.close()),
  )
  const fill = async () => {
    const { generation, applied } = (await nodes[0]?.metrics())?.coherence ?? {}
    if (!generation || applied === undefined) throw new Error('no node knows the generation')
    await fillL2(redis, catalogue, { generation, epoch: applied }, source.edition)
  }
  return { installation, nodes, callers, redis, catalogue, source, settings, fill }
}
