import { clusterTopology } from '../failover/cluster-blows.ts'
import { runFailover } from '../failover/run-failover.ts'
import { sentinelTopology } from '../failover/sentinel-blows.ts'
import { shortfallsOf } from '../failover/shortfalls.ts'
import type { LabOptions } from '../options.ts'
import { describeStruck } from '../report/describe-failover.ts'
import { describeViolation } from '../report/describe-violation.ts'

const TOPOLOGIES = { Sentinel: sentinelTopology, Cluster: clusterTopology }
const NODES = 3
const BLOWS = 2
const CALM_MS = 4_000
const QUOTAS = { reads: 1_000, acknowledgements: 50 }

/** Redis servers that are lost under load, beside Sentinel and in a Cluster. @returns whether it is a proof. */
export async function runFailovers({ leaseMs, readers, seed }: LabOptions): Promise<boolean> {
  let isProof = true
  for (const [name, startTopology] of Object.entries(TOPOLOGIES)) {
    console.log(`\nfailover in Redis ${name}, seed ${seed}, lease ${leaseMs} ms`)
    const traffic = { readers: NODES * readers, readerPauseMs: 5, writers: 4, writerPauseMs: 60 }
    const options = { startTopology, nodes: NODES, leaseMs, seed, traffic, calmMs: CALM_MS }
    const run = await runFailover(options, (struck) => console.log(describeStruck(struck).join('\n')))
    const shortfalls = shortfallsOf(run, BLOWS, QUOTAS)
    for (const violation of run.violations) console.log(describeViolation(violation).join('\n'))
    for (const shortfall of shortfalls) console.log(`SHORT  ${shortfall}`)
    isProof &&= shortfalls.length === 0
  }
  return isProof
}
