import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { connectTo, type NodeClient } from '@freshet/testing/node-client'
import type { ThrowawayRedis } from '@freshet/testing/redis'
import { scratchFolder } from '@freshet/testing/scratch-folder'
import { together, type Undo } from '@freshet/testing/undo'
import { CoherenceCheck } from './coherence-check.ts'
import { Load } from './load.ts'
import { policiesFor } from './policies.ts'
import { type Operator, operateAt } from './portal-client.ts'
import { recovery } from './recovery.ts'
import { type Services, startServices } from './services.ts'
import { type Source, startSource } from './source/source.ts'
import { READ_KEYS, READS, WRITES, WRITTEN_KEYS } from './streams.ts'

/** How long the load runs before the first fault, milliseconds. */
const RUN_UP_MS = 2_000

/** A whole platform under load, whose parts a test takes away. */
export interface Platform extends Services {
  source: Source
  operator: Operator
  clients: [NodeClient, NodeClient]
  load: Load
  check: CoherenceCheck
}

/** Resolves when every part is ready, policies are in force on both nodes, and the load runs with warm caches. */
export async function startPlatform(redis: ThrowawayRedis, databaseUrl: string, undo: Undo): Promise<Platform> {
  const { folder } = undo.add(scratchFolder('faults'), async ({ remove }) => remove())
  const [source, services] = await together([
    startSource(folder).then((started) => undo.add(started, (it) => it.stop())),
    startServices(redis.url, databaseUrl, folder, undo),
  ])
  const { nodes, portal, apiKey, email } = services
  const connect = (name: string, url: string) => undo.add(connectTo(name, url, apiKey), async (node) => node.close())
  const clients: [NodeClient, NodeClient] = [connect('A', nodes[0].url), connect('B', nodes[1].url)]
  const operator = operateAt(portal.url, apiKey, email)
  for (const [name, policy] of Object.entries(policiesFor(source.url))) {
    const saved = await operator.savePolicy(name, policy)
    if (saved.status !== 200) throw new Error(`the policy of ${name} was not saved: ${JSON.stringify(saved)}`)
  }
  // The last that was saved.
  for (const client of clients) await knows(client, 'fact')

  for (const key of WRITTEN_KEYS) await clients[0].request('PUT', key, `value of ${key}`)
  for (const key of READ_KEYS) await Promise.all(clients.map((client) => client.request('GET', key)))
  const load = undo.add(new Load(), (it) => it.stop())
  const check = undo.add(new CoherenceCheck(source, clients), (it) => it.stop())
  load.start([...READS, ...WRITES], clients)
  check.start()
  await recovery(load)
  await sleep(RUN_UP_MS)
  return { ...services, source, operator, clients, load, check }
}

/**
 * Waits until a node follows the policy of a namespace whose origin says that there is no such key; without the policy
 * there would be no origin to say so. Rejects when it does not come to know it.
 */
export async function knows(node: NodeClient, namespace: string): Promise<void> {
  const key = `${namespace}:none`
  const known = await waitUntil(async () => (await node.request('GET', key)).code === 'absent_at_origin', {
    timeoutMs: 10_000,
    intervalMs: 100,
  })
  if (!known) throw new Error(`${node.name} was not told of the policy of ${namespace}`)
}
