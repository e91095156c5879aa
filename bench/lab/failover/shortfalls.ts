import type { FailoverRun, Struck } from './run-failover.ts'

interface Quotas {
  /** Of the calm before each blow and of the stretch that begins with it. */
  reads: number
  acknowledgements: number
}

/** A cache that gave up would be right about everything: of its answers after a blow, this share must be fresh. */
const LEAST_FRESH = 0.2

/** Why a run proves nothing, or proves the contrary. */
export function shortfallsOf(run: FailoverRun, blows: number, quotas: Quotas): string[] {
  return [
    ...run.violations.map(({ what }) => `stale: ${what}`),
    ...run.fallen.map((name) => `${name} ended by itself`),
    ...(run.struck.length === blows ? [] : [`blows: ${run.struck.length} of ${blows}`]),
    ...run.struck.flatMap((struck) => ofBlow(struck, quotas)),
  ]
}

function ofBlow(
  { blow, calm, stretch, evidence, generations, coherentMs }: Struck,
  { reads, acknowledgements }: Quotas,
): string[] {
  const least = (what: string, is: number, atLeast: number) =>
    is >= atLeast ? [] : [`${blow.name}: ${what}: ${is} of ${atLeast}`]
  const [before, after] = generations
  return [
    ...[calm, stretch].flatMap(({ meter, acknowledged }) => [
      ...least('checked reads', meter.reads, reads),
      ...least('acknowledgements', acknowledged, acknowledgements),
    ]),
    ...least('fresh answers', stretch.meter.fresh, Math.ceil(LEAST_FRESH * stretch.meter.reads)),
    ...(coherentMs === null ? [`${blow.name}: no node found who took its place`] : []),
    ...evidence.flatMap(({ what, count }) => least(what, count, 1)),
    ...((before !== after) === blow.newGeneration
      ? []
      : [`${blow.name}: the log's generation ${before === after ? 'stayed' : 'changed'}`]),
  ]
}
