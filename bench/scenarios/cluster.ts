import { Topology } from '@freshet/core/contracts/node-registry'
import type { HashRing } from '@freshet/core/ring/hash-ring'
import { ringOf } from '@freshet/core/ring/topology'
import { waitUntil } from '@freshet/scripts/processes/wait-until'
import { httpRequest } from '../harness/http-request.ts'
import type { ScenarioReport } from '../harness/report.ts'
import { runRounds } from '../harness/rounds.ts'
import type { ServerProcess } from '../harness/server-process.ts'
import type { Stage } from '../harness/stage.ts'
import { median } from '../harness/statistics.ts'
import { fill, readKeys, requireTier, warm } from '../harness/workload.ts'
import type { Scenario } from './scenario.ts'

/** Of what a caller waits, so that one caller at a time measures it. */
const MOST_FORWARDED = 2.8
const MOST_CPU = 1.15
const NODES = 3

/** What the ring costs: a read that arrives at the wrong node, and the CPU of a hit that arrives at the right one. */
export const cluster: Scenario = async (stage, options) => {
  const authorized = { Authorization: stage.authorization }
  const alone = await stage.startNode('alone')
  await fill(alone, authorized)
  await warm(alone, authorized)
  await requireTier(alone, authorized, 'l1')

  // Hot keys would be kept where they are asked for, and then nothing is forwarded.
  const settings = { FRESHET_RING: 'on', FRESHET_HOT_READS_PER_S: '1000000' }
  const nodes = await Promise.all(Array.from({ length: NODES }, (_, i) => stage.startNode(`node ${i + 1}`, settings)))
  const ring = await agreedRing(nodes, authorized)
  for (const node of nodes) await warm(node, authorized)
  const [asker] = nodes
  if (asker === undefined) throw new Error('the cluster has nodes')
  const ownKeys = (name: string) => readKeys.filter((key) => ring.ownerOf(key) === idOf(name))
  const requestsFor = (keys: readonly string[]) =>
    stage.generator.writeRequests(keys.map((key) => httpRequest('GET', `/api/cache/${key}`, authorized)))
  const local = await requestsFor(ownKeys(asker.name))
  const foreign = await requestsFor(readKeys.filter((key) => ring.ownerOf(key) !== idOf(asker.name)))
  const servers = [asker]
  const hops = (connections: number) =>
    runRounds(
      stage.generator,
      [
        { name: 'local, L1 of the node asked', servers, requests: local },
        { name: 'forwarded, L1 of its owner', servers, requests: foreign },
      ],
      { ...options, connections },
    )
  const single = await hops(1)
  const many = await hops(options.connections)
  const times = (single[1]?.p50 ?? Number.NaN) / (single[0]?.p50 ?? Number.NaN)

  const all = await requestsFor(readKeys)
  const routed = await Promise.all(
    nodes.map(async (node) => ({ node, requests: await requestsFor(ownKeys(node.name)) })),
  )
  const ratios: number[] = []
  for (let round = 0; round < options.rounds; round++) {
    const one = await cpuPerHit(stage, [{ node: alone, requests: all }], options)
    ratios.push((await cpuPerHit(stage, routed, options)) / one)
  }
  const cpu = median(ratios)
  console.log(`\nCPU per L1 hit, ${NODES} nodes and clients that route, to one node: ${cpu.toFixed(2)}`)
  const report = (title: string, results: ScenarioReport['results'], goals: ScenarioReport['goals']) => ({
    title,
    unit: 'requests',
    results,
    goals,
  })
  return [
    report('A read at the wrong node, one caller; ratio to one at its owner', single, [
      { what: `forwarded under ${MOST_FORWARDED} times local at p50`, met: times < MOST_FORWARDED, measured: times },
    ]),
    report(`The same, ${options.connections} callers`, many, [
      { what: `CPU per hit on ${NODES} nodes at most ${MOST_CPU} of one`, met: cpu <= MOST_CPU, measured: cpu },
    ]),
  ]
}

const idOf = (name: string) => name.replaceAll(/[^a-z0-9]+/gi, '-')

/** The ring that all nodes are in, once they all know it. */
async function agreedRing(nodes: readonly ServerProcess[], headers: Record<string, string>): Promise<HashRing> {
  const ringOfNode = async ({ port }: ServerProcess) =>
    ringOf(Topology.parse(await (await fetch(`http://127.0.0.1:${port}/api/topology`, { headers })).json()))
  const agree = async () => (await Promise.all(nodes.map(ringOfNode))).every(({ size }) => size === nodes.length)
  if (!(await waitUntil(agree, { timeoutMs: 20_000 }))) throw new Error('the nodes did not come to know each other')
  return ringOfNode(nodes[0] as ServerProcess)
}

/** Microseconds of server CPU, when every node is asked for its own keys at the same time. */
async function cpuPerHit(
  { generator }: Stage,
  targets: readonly { node: ServerProcess; requests: string }[],
  { connections, seconds, warmUpSeconds }: Parameters<Scenario>[1],
): Promise<number> {
  const cpuSeconds = () => targets.reduce((sum, { node }) => sum + node.cpuSeconds(), 0)
  const before = cpuSeconds()
  const measured = await Promise.all(
    targets.map(({ node, requests }) =>
      generator.measure({
        requests,
        ports: [node.port],
        connections: Math.max(1, Math.floor(connections / targets.length)),
        seconds,
        warmUpSeconds,
        rate: null,
      }),
    ),
  )
  const hits = measured.reduce((sum, { rps }) => sum + rps * (seconds + warmUpSeconds), 0)
  return ((cpuSeconds() - before) / hits) * 1e6
}
