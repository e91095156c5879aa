import type { IndexLimits } from '../../coherence/mode-index.ts'
import { NamespacePolicy } from '../../policy/namespace-policy.ts'
import type { Random } from './random.ts'
import { FAULTS, type Fault } from './tally.ts'

/** Short, so that a second or two of simulated time see many leases run out. */
export const LEASE_MS = 200
/** How long a master that nobody replicates still takes writes: less than a lease. */
export const FENCE_MS = 0.9 * LEASE_MS
/** Two machines' clocks do not run at quite the same rate; here they do. */
export const MARGIN_MS = 5
/** When a connection is given up that brings no reply. */
export const STALL_MS = LEASE_MS / 2
/** How long faults and traffic go on, simulated. */
export const STORM_MS = 1_500

/**
 * What one run is like. Each run leaves out about half of the faults: a storm of everything hides the interleavings that
 * need something to work (swarm testing).
 */
export interface Plan {
  nodes: number
  /** The log's master has a replica that may be promoted, and acknowledgements wait for it. */
  replicated: boolean
  /** The second tier lies on the log's server and shares its fate. */
  sharedRedis: boolean
  /** Nodes own keys and ask each other for them. */
  ring: boolean
  /** Who is asked comes as far in the log as the asker is before it answers. */
  ownersCatchUp: boolean
  /** How far a replica and the disk are behind, milliseconds. */
  replicaLagMs: number
  diskLagMs: number
  /** Largest pause between two reads, two changes, and two visits of a cache-aside client, milliseconds. */
  readEveryMs: number
  changeEveryMs: number
  fillEveryMs: number
  /** Pause between two snapshots, and between two sweeps, milliseconds; null: there are none. */
  snapshotEveryMs: number | null
  sweepEveryMs: number | null
  /** 0: this fault never happens in this run, to 1: as often as it may. */
  intensityOf: (fault: Fault) => number
  /** Records in one answer to a poll. */
  pageSize: number
  /** Entries in L1, and what the index may remember: small, so that all run over. */
  l1Entries: number
  indexLimits: IndexLimits
  policyOf: (namespace: string) => NamespacePolicy
}

const OBSESSION = 8

/** Faults that show something together that they hardly show in a storm of everything. */
const THEMES: readonly [readonly Fault[], ...(readonly Fault[])[]] = [
  ['split brain'],
  ['split brain', 'connection falls back'],
  ['split brain', 'lost doorbell'],
  ['lost L2 delete'],
  ['split brain', 'old master returns', 'held reply'],
  ['master lost, replica promoted', 'old master returns', 'lost reply'],
  ['process killed', 'log cut short', 'lost L2 delete'],
  ['lost L2 delete', 'slow load', 'slow fill'],
  ['process killed', 'held reply', 'lost doorbell'],
  ['log forgotten', 'log restarted from disk', 'held reply'],
]
const THEME_INTENSITY = 1
const FAILOVERS: readonly Fault[] = ['split brain', 'old master returns', 'master lost, replica promoted']

export function drawPlan(random: Random): Plan {
  const theme = random.chance(0.5) ? random.pick(THEMES) : []
  const intensities = drawIntensities(theme, random)
  const failsOver = theme.some((fault) => FAILOVERS.includes(fault))
  const policies = new Map(['r', 'w', 'x', 'a'].map((name) => [name, drawPolicy(name, random)]))
  return {
    nodes: random.between(theme.length === 0 ? 1 : 2, 3),
    replicated: failsOver || random.chance(0.3),
    sharedRedis: random.chance(0.5),
    ring: random.chance(0.3),
    ownersCatchUp: random.chance(0.5),
    replicaLagMs: random.pick([1, 5, 60]),
    diskLagMs: random.pick([1, 60, 600]),
    readEveryMs: random.pick([5, 10, 30]),
    // A value that two masters disagree about must live until somebody relies on one of them.
    changeEveryMs: failsOver ? random.pick([60, 150]) : random.pick([15, 40, 150]),
    fillEveryMs: random.pick([30, 100]),
    snapshotEveryMs: random.pick([null, 40, 200]),
    sweepEveryMs: random.pick([null, 30, 120]),
    intensityOf: (fault) => intensities.get(fault) ?? 0,
    pageSize: random.pick([1, 3, 100]),
    l1Entries: random.pick([2, 4, 100]),
    indexLimits: {
      buckets: random.pick([1, 16]),
      maxPatterns: random.pick([1, 2, 100]),
      maxNamespaces: random.pick([1, 100]),
      maxReaches: random.pick([1, 100]),
    },
    policyOf: (namespace) => policies.get(namespace) ?? drawPolicy(namespace, random),
  }
}

function drawIntensities(theme: readonly Fault[], random: Random): Map<Fault, number> {
  const share = theme.length === 0 ? 0.4 : 0.1
  const intensities = new Map(FAULTS.map((fault) => [fault, random.chance(share) ? random.next() : 0]))
  for (const fault of theme) intensities.set(fault, THEME_INTENSITY)
  // And one of them far more often than it may: what needs the same fault twice in a row is rare otherwise.
  if (theme.length === 0 && random.chance(0.5)) intensities.set(random.pick(FAULTS), OBSESSION)
  return intensities
}

function drawPolicy(name: string, random: Random): NamespacePolicy {
  return NamespacePolicy.parse({
    name,
    ttlMs: random.pick([50, 1_000, 60_000]),
    swrMs: random.pick([0, 300, 1_000]),
    sieMs: random.pick([0, 300, 3_000]),
    negativeTtlMs: random.pick([0, 100, 1_000]),
    refreshAheadRatio: random.pick([0, 0.5]),
    whenDegraded: random.pick(['stale', 'stale', 'bypass', 'refuse']),
    maxDegradedStaleMs: random.pick([200, 10_000]),
    writes: name === 'a' ? 'leased' : 'any',
    origin:
      name === 'w' || name === 'a' ? null : { url: 'http://origin.test/{key}', deadlineMs: 150, softTimeoutMs: 20 },
  })
}
