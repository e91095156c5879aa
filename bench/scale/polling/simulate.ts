import type { LogTail } from '@freshet/core/coherence/log-tail'
import { Random } from '@freshet/core/testing/simulated-cluster/random'
import { Scheduler } from '@freshet/core/testing/simulated-cluster/scheduler'
import type { RedisCosts } from '../redis/redis-costs.ts'
import { type Delay, Delays } from './delays.ts'
import { ModelledLog } from './modelled-log.ts'
import { SimulatedMember } from './simulated-member.ts'

export interface Case {
  nodes: number
  /** Appends a second, through nodes at random, each waited for by its caller (`wait: all`). */
  appends: number
  /** See `ModelledLog`. */
  bellSpacingMs: number
  /** The log's tail as nodes run it, or with another spacing of polls. */
  makeTail: typeof LogTail
}

export interface PollingFigures {
  pollsPerSecond: number
  looksPerSecond: number
  /** Share of the server's one thread. */
  busy: number
  bytesPerSecond: number
  /** From the append until the last node had applied it. */
  applied: Delay
  /** From the append until the acknowledgement. */
  acknowledged: Delay
  /** Share of nodes, sampled, that had a lease. */
  coherent: number
}

const LEASE_MS = 2_000
const MARGIN_MS = 100
/** One way. */
const NETWORK_MS = 0.1
/** Longer than the guard on acknowledgements in a young generation, at a node that began as late as any. */
const WARM_UP_MS = LEASE_MS + MARGIN_MS + LEASE_MS / 2
const MEASURED_MS = 3_000
const SAMPLE_MS = 50

/** Runs real log tails, followers and acknowledgers over a server that takes as long as Redis does, in simulated time. */
export function simulate(given: Case, costs: RedisCosts): Promise<PollingFigures> {
  const scheduler = new Scheduler()
  return scheduler.withTimers(() => run(given, costs, scheduler))
}

async function run(given: Case, costs: RedisCosts, scheduler: Scheduler): Promise<PollingFigures> {
  const { bellSpacingMs, makeTail } = given
  const log = new ModelledLog({ scheduler, costs, networkMs: NETWORK_MS, leaseMs: LEASE_MS, bellSpacingMs })
  const random = new Random(1)
  const delays = new Delays(given.nodes, scheduler.nowMs)
  const clock = { monotonicMs: scheduler.nowMs, wallMs: scheduler.nowMs }
  const common = { clock, leaseMs: LEASE_MS, marginMs: MARGIN_MS, makeTail, delays }
  const members = Array.from({ length: given.nodes }, (_, i) => {
    const member = new SimulatedMember({ ...common, log: log.of(`node-${i}`) })
    // Nodes do not start in the same instant, so that their timers do not fire together either.
    scheduler.after(random.between(0, LEASE_MS / 4), null, () => void member.tail.start())
    return member
  })
  await scheduler.pass(WARM_UP_MS)
  const before = totalsOf(log)
  const appends = Math.max(3, Math.round((given.appends * MEASURED_MS) / 1_000))
  for (let i = 0; i < appends; i++)
    scheduler.after(random.next() * MEASURED_MS, null, () => {
      void members[Math.floor(random.next() * members.length)]?.invalidate(`catalogue:item:${i}`)
    })
  let coherent = 0
  for (let passedMs = 0; passedMs < MEASURED_MS; passedMs += SAMPLE_MS) {
    await scheduler.pass(SAMPLE_MS)
    coherent += members.filter(({ isCoherent }) => isCoherent).length
  }
  const after = totalsOf(log)
  // Those that came last get the time that they may take.
  await scheduler.pass(LEASE_MS / 2)
  const perSecond = (total: keyof typeof before) => ((after[total] - before[total]) * 1_000) / MEASURED_MS
  return {
    pollsPerSecond: perSecond('polls'),
    looksPerSecond: perSecond('looks'),
    busy: Math.min(1, perSecond('busyMs') / 1_000),
    bytesPerSecond: perSecond('bytesOut'),
    coherent: coherent / members.length / (MEASURED_MS / SAMPLE_MS),
    applied: delays.of('applied', appends),
    acknowledged: delays.of('acknowledged', appends),
  }
}

function totalsOf({ polls, looks, bytesOut, server }: ModelledLog) {
  return { polls, looks, bytesOut, busyMs: server.busyMs }
}
