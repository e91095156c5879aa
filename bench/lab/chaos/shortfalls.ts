import { KINDS } from '../faults/catalogue.ts'
import type { Violation } from '../oracle/oracle.ts'
import { countOf, hitRatio, type ReadCounts } from '../oracle/tally.ts'
import type { ChaosOptions, ChaosResult } from './chaos.ts'

/** A cache that always asks its source is never stale: under faults, this share of values must come from cache, fresh. */
const LEAST_HIT_RATIO = 0.3
/** Of the hit ratio before the faults. */
const LEAST_RECOVERED = 0.8
const LEAST_BY_MEMBERS = 50

/** What a run must be free of. */
interface Damage {
  violations: readonly Violation[]
  /** Names of processes that ended although nobody ended them. */
  fallen: readonly string[]
}

type Quotas = Pick<ChaosOptions, 'reads' | 'faultsOfEachKind' | 'acksByLease'>

/** Why a run proves nothing, or proves the contrary: a sensor that saw too little must not pass. */
export function shortfallsOf(result: ChaosResult, options: Quotas, { violations, fallen }: Damage): string[] {
  const { before, during, after, acks, aside, struck } = result
  const total = countOf(before) + countOf(during) + countOf(after)
  const least = (what: string, is: number, atLeast: number) => (is >= atLeast ? [] : [`${what}: ${is} of ${atLeast}`])
  const ratio = (what: string, counts: ReadCounts, atLeast: number) =>
    hitRatio(counts) >= atLeast
      ? []
      : [`${what}: ${(100 * hitRatio(counts)).toFixed(1)}% of ${(100 * atLeast).toFixed(1)}%`]
  return [
    ...violations.map(({ what }) => `stale: ${what}`),
    ...(result.recoveryMs === null ? [`recovery: ${result.unrecovered}`] : []),
    ...least('checked reads', total, options.reads),
    ...KINDS.flatMap((kind) => least(`fault "${kind}"`, struck.get(kind) ?? 0, options.faultsOfEachKind)),
    ...ratio('hit ratio under faults', during, LEAST_HIT_RATIO),
    ...ratio('hit ratio after the last fault', after, LEAST_RECOVERED * hitRatio(before)),
    ...least('acknowledgements by all members', acks.acknowledged.members, LEAST_BY_MEMBERS),
    ...least('acknowledgements by lease', acks.acknowledged.lease, options.acksByLease),
    ...least('invalidations refused', acks.refused, 1),
    ...least('fills by lease holders', aside.filled, 1),
    ...fallen.map((name) => `${name} ended by itself`),
  ]
}
