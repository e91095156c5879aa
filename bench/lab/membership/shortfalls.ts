import { hitRatio } from '../oracle/tally.ts'
import type { MembershipRun, Phase } from './run-membership.ts'

/** Of the share of one node among the larger number of them: what may change its owner at most, and must at least. */
const MOST_MOVED = 1.3
const LEAST_MOVED = 0.7
const LEAST_HIT_RATIO = 0.5

interface Quotas {
  /** Of each phase. */
  reads: number
  acknowledgements: number
  fromPeers: number
}

/** Why a run proves nothing, or proves the contrary. */
export function shortfallsOf(run: MembershipRun, quotas: Quotas): string[] {
  const [steady, ...changes] = run.phases
  return [
    ...run.violations.map(({ what }) => `stale: ${what}`),
    ...run.fallen.map((name) => `${name} ended by itself`),
    ...run.phases.flatMap((phase) => ofPhase(phase, quotas)),
    ...(steady?.moved === 0 ? [] : ['keys moved although nothing had changed']),
    ...(changes.length === 3 ? [] : [`changes of the cluster: ${changes.length} of 3`]),
    ...changes.flatMap(ofChange),
    ...(changes[0] && changes[0].stretch.byLease === 0 ? ['no acknowledgement waited for the killed node'] : []),
  ]
}

function ofPhase({ name, stretch }: Phase, { reads, acknowledgements, fromPeers }: Quotas): string[] {
  const { meter, answers, acknowledged } = stretch
  const least = (what: string, is: number, atLeast: number) =>
    is >= atLeast ? [] : [`${name}: ${what}: ${is} of ${atLeast}`]
  return [
    ...(meter.failures > 0 ? [`${name}: ${meter.failures} reads failed (${meter.failureTexts[0]})`] : []),
    ...least('checked reads', meter.reads, reads),
    ...least('acknowledgements', acknowledged, acknowledgements),
    ...least('answers from other nodes', meter.fromPeers, fromPeers),
    ...(hitRatio(answers) >= LEAST_HIT_RATIO ? [] : [`${name}: hit ratio ${hitRatio(answers).toFixed(2)}`]),
  ]
}

function ofChange({ name, nodes: [before, after], moved }: Phase): string[] {
  const share = 1 / Math.max(before, after)
  return [
    ...(Math.abs(before - after) === 1 ? [] : [`${name}: from ${before} nodes to ${after}`]),
    ...(moved <= MOST_MOVED * share
      ? []
      : [`${name}: ${moved.toFixed(3)} of the keys moved, a node's share is ${share.toFixed(3)}`]),
    ...(moved >= LEAST_MOVED * share ? [] : [`${name}: only ${moved.toFixed(3)} of the keys moved`]),
  ]
}
