import { setTimeout } from 'node:timers/promises'
import { NodeMetrics } from '@freshet/core/contracts/node-metrics'
import type { ServerProcess } from '../harness/server-process.ts'
import { Stage } from '../harness/stage.ts'
import { fill, getRequests, requireTier, warm } from '../harness/workload.ts'
import { readOptions, USAGE } from './options.ts'
import { OtherTraffic } from './other-traffic.ts'
import { startQuickOrigin } from './quick-origin.ts'
import { renderReport, type Sample, slowdownOf } from './report.ts'
import { SlowLink } from './slow-link.ts'

const GOAL = 1.5

/**
 * npm run bench:slow-redis: what hits in memory notice of a Redis that answers late, with misses, loads and writes going
 * on beside them. Quiet and slow take turns in one run, on one node.
 */
const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  console.log(USAGE)
  process.exit(0)
}

const origin = await startQuickOrigin()
// Whoever reads an expired value waits for the new one: a value that is served stale meanwhile would hide the wait.
const policy = { name: 'loaded', swrMs: 0, origin: { url: `${origin.url}/{key}` } }
const stage = await Stage.open([policy])
const link = await SlowLink.open(stage.redisPort)
const rounds: Sample[][] = []
try {
  const node = await stage.startNode('node', { REDIS_URL: link.url, FRESHET_ORIGIN_ALLOW: '127.0.0.0/8' })
  const authorized = { Authorization: stage.authorization }
  await fill(node, authorized)
  await warm(node, authorized)
  await requireTier(node, authorized, 'l1')
  const requests = await stage.generator.writeRequests(getRequests(authorized))
  const others = new OtherTraffic(node.port, authorized, options.others)
  const measure = async (delayMs: number): Promise<Sample> => {
    link.slow(delayMs)
    await setTimeout(options.warmUpSeconds * 1_000)
    others.take()
    const openedBefore = link.opened
    const before = { cpuS: node.cpuSeconds(), ms: performance.now() }
    const hits = await stage.generator.measure({
      ...{ requests, ports: [node.port], connections: options.connections, rate: options.hits },
      ...{ seconds: options.seconds, warmUpSeconds: 0.5 },
    })
    const cores = ((node.cpuSeconds() - before.cpuS) * 1_000) / (performance.now() - before.ms)
    const { gauges, coherence, l2 } = await readMetrics(node, authorized)
    return {
      ...{ delayMs, hits, cores, others: others.take(), reconnects: link.opened - openedBefore },
      ...{ rssMiB: gauges.rssBytes / 2 ** 20, state: `${coherence.state}, L2 ${l2.breaker}` },
    }
  }
  for (let round = 0; round < options.rounds; round++) {
    const samples: Sample[] = []
    for (const delayMs of [0, ...options.delaysMs]) samples.push(await measure(delayMs))
    rounds.push(samples)
  }
  link.slow(0)
  others.stop()
} finally {
  await stage.close()
  await link.close()
  await origin.close()
}

console.log(
  `${options.rounds} rounds of ${options.seconds} s; ${options.hits} hits and ${options.others} others a second\n`,
)
console.log(renderReport([0, ...options.delaysMs], rounds))
const slowest = Math.max(...options.delaysMs)
const slowdown = slowdownOf(slowest, rounds)
console.log(
  `\n${slowdown <= GOAL ? 'met' : 'MISSED'}: p99 of hits at ${slowest} ms is ${slowdown.toFixed(2)} of the quiet one`,
)
if (slowdown > GOAL) process.exitCode = 1

async function readMetrics({ port }: ServerProcess, headers: Record<string, string>): Promise<NodeMetrics> {
  const response = await fetch(`http://127.0.0.1:${port}/api/metrics`, { headers })
  return NodeMetrics.parse(await response.json())
}
