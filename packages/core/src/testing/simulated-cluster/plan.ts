import { NamespacePolicy } from '../../policy/namespace-policy.ts'
import type { Random } from './random.ts'
import { FAULTS, type Fault } from './tally.ts'

/** Short, so that a few seconds of simulated time see many leases run out. */
export const LEASE_MS = 400
/** When a connection is given up that brings no reply. */
export const STALL_MS = LEASE_MS / 2
/** How long faults and traffic go on, simulated. */
export const STORM_MS = 5_000

/**
 * What one run is like. Each run leaves out about half of the faults: a storm of everything hides the interleavings that
 * need something to work (swarm testing).
 */
export interface Plan {
  nodes: number
  /** Largest pause between two reads, and between two changes, milliseconds. */
  readEveryMs: number
  changeEveryMs: number
  /** 0: this fault never happens in this run, to 1: as often as it may. */
  intensityOf: (fault: Fault) => number
  /** Records in one answer to a poll. */
  pageSize: number
  /** Entries in L1, keys remembered exactly, and buckets for the others: small, so that all run over. */
  l1Entries: number
  indexKeys: number
  policyOf: (namespace: string) => NamespacePolicy
}

const OBSESSION = 8

/** `r`: read through. `w`: written by clients, no origin. `x`: both. */
export const KEYS = ['r:1', 'r:2', 'r:3', 'w:1', 'x:1', 'x:2'] as const
export type Key = (typeof KEYS)[number]

export function isWritten(key: string): boolean {
  return !key.startsWith('r:')
}

export function drawPlan(random: Random): Plan {
  const intensities = new Map(FAULTS.map((fault) => [fault, random.chance(0.5) ? random.next() : 0]))
  // And one of them far more often than it may: what needs the same fault twice in a row is rare otherwise.
  if (random.chance(0.5)) intensities.set(random.pick(FAULTS), OBSESSION)
  const policies = new Map(['r', 'w', 'x'].map((name) => [name, drawPolicy(name, random)]))
  return {
    nodes: random.between(1, 3),
    readEveryMs: random.pick([5, 10, 30]),
    changeEveryMs: random.pick([15, 40, 150]),
    intensityOf: (fault) => intensities.get(fault) ?? 0,
    pageSize: random.pick([1, 3, 100]),
    l1Entries: random.pick([2, 4, 100]),
    indexKeys: random.pick([1, 3, 100]),
    policyOf: (namespace) => policies.get(namespace) ?? drawPolicy(namespace, random),
  }
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
    origin: name === 'w' ? null : { url: 'http://origin.test/{key}', deadlineMs: 250, softTimeoutMs: 30 },
  })
}
