import type { Flown } from './run-single-flight.ts'

interface Limits {
  /** Reads of each kind. */
  readers: number
  /** Loads that may reach the source when all is well, then when the owner is killed meanwhile. */
  loads: readonly [number, number]
  /** For the last read, once the owner was killed. */
  lastAfterMs: number
}

/** Why the figures are no proof. */
export function shortfallsOf(flown: readonly Flown[], { readers, loads, lastAfterMs }: Limits): string[] {
  const [, orphaned] = flown
  return [
    ...(flown.length === loads.length ? [] : [`runs: ${flown.length} of ${loads.length}`]),
    ...flown.flatMap((one, i) => ofRun(one, readers, loads[i] ?? 0)),
    ...(orphaned && orphaned.lastAfterMs > lastAfterMs
      ? [`${orphaned.name}: the last read came ${Math.round(orphaned.lastAfterMs)} ms ${orphaned.since}`]
      : []),
  ]
}

function ofRun({ name, readers, answered, otherwise, loads }: Flown, wanted: number, most: number): string[] {
  return [
    ...(readers === wanted ? [] : [`${name}: ${readers} of ${wanted} reads`]),
    ...(answered === readers ? [] : [`${name}: ${answered} of ${readers} got the value (${otherwise})`]),
    ...(loads >= 1 && loads <= most ? [] : [`${name}: ${loads} loads, at most ${most} were expected`]),
  ]
}
