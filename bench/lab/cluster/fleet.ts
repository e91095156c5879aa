import { randomBytes } from 'node:crypto'
import { internalToken } from '@freshet/core/access/internal-token'
import { deriveKey } from '@freshet/core/access/secrets'
import { nodePlan, nodeUrls } from '@freshet/scripts/platform/service-specs'
import { freePorts } from '@freshet/scripts/processes/ports'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { startPart } from '@freshet/testing/part'
import type { Undo } from '@freshet/testing/undo'
import { type CacheNode, cacheNode, describeNode } from './cache-node.ts'

export interface FleetOptions {
  /** The node's program, as it was built. */
  program: string
  leaseMs: number
  /** Nodes that may ever run at once. */
  places: number
  /** Whether nodes own keys and ask each other for them. */
  ring: 'on' | 'off'
  /** Where logs go. */
  folder: string
  /** Settings beside those that all labs share. */
  settings?: Readonly<Record<string, string>>
}

/** What starts nodes of one installation, which may come and go. */
export interface Fleet {
  secret: string
  /** By which nodes know each other, and us. */
  token: string
  /** Starts the node of that place, from 0; resolves when it is ready. */
  start(place: number, redisUrl: string): Promise<CacheNode>
  /** Resolves when each of these has a lease by a poll sent after the call; rejects when one has not in time. */
  settle(nodes: readonly CacheNode[], limitMs?: number): Promise<void>
}

export async function prepareFleet(options: FleetOptions, undo: Undo): Promise<Fleet> {
  const { program, leaseMs, folder } = options
  const secret = randomBytes(32).toString('base64url')
  const token = internalToken(deriveKey(secret, 'node-to-node'))
  const node = await freePorts(options.places)
  const around = (redisUrl: string) => ({
    redisUrl,
    secret,
    dev: false,
    databaseUrl: '',
    ports: { portal: 0, origin: 0, worker: 0, node },
  })
  return {
    secret,
    token,
    async start(place, redisUrl) {
      const plan = nodePlan(place, around(redisUrl))
      const env = {
        ...plan.env,
        ...NODE_SETTINGS,
        FRESHET_LEASE_MS: String(leaseMs),
        FRESHET_RING: options.ring,
        ...options.settings,
      }
      const url = nodeUrls(around(redisUrl))[place] ?? ''
      const part = await startPart({ ...plan, args: ['--enable-source-maps', program], env }, url, folder)
      undo.add(part, (it) => it.stop())
      return undo.add(cacheNode(plan.name, part, token), async ({ client }) => client.close())
    },
    async settle(nodes, limitMs = 20_000) {
      const sinceMs = performance.now()
      const isWell = async ({ look }: CacheNode) => {
        const seen = await look()
        if (seen?.coherence.state !== 'coherent' || seen.gauges.controlRevision === 0) return false
        // A lease that began before says nothing of what has happened to the log since.
        return leaseMs - seen.coherence.leaseRemainingMs < performance.now() - sinceMs
      }
      const areWell = async () => (await Promise.all(nodes.map(isWell))).every(Boolean)
      if (await waitUntil(areWell, { timeoutMs: limitMs })) return
      throw new Error(`not every node is coherent:\n${(await Promise.all(nodes.map(describeNode))).join('\n')}`)
    },
  }
}

const NODE_SETTINGS = {
  // A fill that is held must not fail for it, nor a lookup be given up: late ones are what the lab is about.
  FRESHET_L2_STALL_MS: '10000',
  FRESHET_L2_TIMEOUT_MS: '10000',
  FRESHET_LOG_MAX_RECORDS: '5000',
  FRESHET_DRAIN_MS: '200',
  LOG_LEVEL: 'warn',
}
